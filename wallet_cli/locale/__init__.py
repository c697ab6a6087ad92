"""The wallet's sentences, each in English and in Swahili, side by side so that neither is an afterthought.

`catalogue` is the door: it gathers the tables of the other modules and says a sentence by its key. Figures,
addresses, ids, the names of JSON members and exit codes are never translated.
"""
