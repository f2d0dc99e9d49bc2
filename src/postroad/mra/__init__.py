"""Reading mail back: the stations by which people fetch what was delivered to them."""
