package render

var asciiRunes = map[rune]rune{
	'─': '-', '━': '=', '│': '|', '┃': '#', '┈': '.', '╌': '~', '╳': 'X',
	'▶': '>', '◀': '<', '▸': '+', '▾': '-', '▌': '>', '↳': '^', '→': '>',
	'·': '.', '●': '*', '○': 'o', '✗': 'X', '…': '~', '•': '*', '×': 'x', '–': '-', 'µ': 'u',
	'“': '"', '”': '"',
}

// ASCII replaces everything in the grid that a terminal without Unicode cannot
// show. Characters without a likeness become question marks.
func ASCII(g *Grid) {
	for i := range g.Cells {
		c := &g.Cells[i]
		c.Comb = nil
		switch r, ok := asciiRunes[c.Rune]; {
		case ok:
			c.Rune = r
		case c.Rune == 0 || c.Rune > 0x7e:
			c.Rune = '?'
		}
	}
}
