"""The numbers, codes and times that people and institutions in Tanzania write: one file a noun.

The law of this room: pure texts. `parse_...` takes what people write and gives the one form that is stored and sent;
`..._shown` gives the form for a screen, `..._masked` the one for somebody else's screen. What is refused says why in
`what`, and never repeats what was typed: it may be somebody's.
"""
