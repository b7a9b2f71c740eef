package render

var asciiRunes = map[rune]rune{
	'─': '-', '━': '=', '│': '|', '├': '|', '└': '`', '↕': '%', '┃': '#', '┈': '.', '╌': '~', '╳': 'X',
	'▶': '>', '◀': '<', '▸': '+', '▾': '-', '▌': '>', '↳': '^', '→': '>',
	'·': '.', '●': '*', '○': 'o', '✗': 'X', '…': '~', '•': '*', '×': 'x', '–': '-', 'µ': 'u',
	'“': '"', '”': '"', '✓': 'v', '◆': '*', '✎': '#', '≠': '!', '▲': '^',
	'▁': '_', '▂': '_', '▃': '-', '▄': '-', '▅': '=', '▆': '=', '▇': '#', '█': '#', '░': '.',
}

// asciiDots stands for a braille cell: its dots in the upper half, the lower
// half, or both.
func asciiDots(r rune) rune {
	const upper = 0x01 | 0x02 | 0x08 | 0x10
	switch bits := r - 0x2800; {
	case bits&upper != 0 && bits&^upper != 0:
		return ':'
	case bits&upper != 0:
		return '\''
	}
	return '.'
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
		case c.Rune > 0x2800 && c.Rune <= 0x28ff:
			c.Rune = asciiDots(c.Rune)
		case c.Rune == 0 || c.Rune > 0x7e:
			c.Rune = '?'
		}
	}
}
