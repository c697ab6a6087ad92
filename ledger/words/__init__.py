"""Words: whatever the ledger says to people, in English and in Swahili, which are equals.

Every sentence exists in both languages and comes from one place; a test keeps each table total. Nothing here
decides anything, reads anything or knows who is asking: a code and its details go in, a sentence comes out.
"""
