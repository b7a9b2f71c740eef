package model

import "sort"

// Again forgets the rows from row on, and those of a run that reaches so far, so
// that [Lines.Read] takes them in anew.
func (l *Lines) Again(row int, tl Timeline) {
	if row >= l.next {
		return
	}
	cut := sort.Search(len(l.lines), func(i int) bool { return int(l.lines[i].First) >= row })
	if k := cut - 1; k >= 0 && l.lines[k].Kind == RunLine && int(l.lines[k].Last) >= row {
		cut, row = k, int(l.lines[k].First)
	}
	l.lines, l.next = l.lines[:cut], row
	runs := 0
	clear(l.phases)
	for i := range l.lines {
		switch l.lines[i].Kind {
		case RunLine:
			runs = int(l.lines[i].run) + 1
		case PhaseLine:
			l.reenterPhase(i, tl)
		}
	}
	l.runs = l.runs[:runs]
	for k := len(l.expanded); k > 0 && l.expanded[k-1].line >= cut; k-- {
		l.expanded = l.expanded[:k-1]
	}
}

// reenterPhase follows a heading that is there already.
func (l *Lines) reenterPhase(line int, tl Timeline) {
	r := tl.Row(int(l.lines[line].First))
	p := &l.phases[r.Session]
	if p.known {
		l.lines[p.line].Last = l.lines[line].First
	}
	l.lines[line].Last = 0
	*p = phase{known: true, now: PhaseOf(r), line: line}
}

// again reads rows from row on anew, staying where the view is.
func (v *View) again(row int, tl Timeline) {
	if row >= v.next {
		return
	}
	if v.seek == 0 && v.Sel < v.Len() {
		v.seek = v.At(v.Sel).Row
	}
	v.Again(row, tl)
	v.Sel = clamp(v.Sel, 0, max(v.Len()-1, 0))
}
