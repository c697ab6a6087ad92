"""Pages for the browser: a sandbox's institutions and their bills, in both languages, without a script if need be."""
