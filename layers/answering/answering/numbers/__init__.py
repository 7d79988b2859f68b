"""How numbers are written: units, words, dates, signs, powers of ten."""
