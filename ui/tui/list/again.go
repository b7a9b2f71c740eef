package list

import "sort"

// Again forgets the rows from row on, and those of runs that reach so far, so
// that [Lines.Read] takes them in anew.
func (l *Lines) Again(row int, tl Timeline) {
	if row >= l.next {
		return
	}
	cut := sort.Search(len(l.lines), func(i int) bool { return int(l.lines[i].First) >= row })
	for k := cut - 1; k >= 0 && l.lines[k].Kind == RunLine; k-- {
		if int(l.lines[k].Last) >= row {
			cut, row = k, int(l.lines[k].First)
		}
	}
	l.lines, l.next, l.lately = l.lines[:cut], row, stretch{}
	l.reenter(tl)
	for k := len(l.expanded); k > 0 && l.expanded[k-1].line >= cut; k-- {
		l.expanded = l.expanded[:k-1]
	}
}

// reenter finds out where the sessions stand after the lines that are left.
func (l *Lines) reenter(tl Timeline) {
	runs := 0
	l.group = 0
	clear(l.ends)
	for i := range l.lines {
		r := tl.Row(int(l.lines[i].First))
		switch l.lines[i].Kind {
		case RunLine:
			runs = int(l.lines[i].run) + 1
			l.endOf(r.Session).run = i
			continue
		case PhaseLine:
			*l.endOf(r.Session) = end{known: true, phase: r.Phase}
		}
		l.group = i + 1
	}
	l.runs = l.runs[:runs]
}

// Reread reads rows from row on anew, staying where the view is.
func (v *View) Reread(row int, tl Timeline) {
	if row >= v.next {
		return
	}
	if v.seek == 0 && v.Sel < v.Len() {
		v.seek = v.At(v.Sel).Row
	}
	v.Again(row, tl)
	v.Sel = clamp(v.Sel, 0, max(v.Len()-1, 0))
}
