package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Marks are the rows and sessions that a person has marked, and what people have
// written on rows, in this sitting and before. [newMarks] makes one.
type Marks struct {
	rows     []uint32          // marked, the last one last
	labels   map[uint32]string // of marks that have one
	notes    map[uint32]string // on rows, made safe
	sessions []uint32          // marked, the last one last
	read     int               // so many notes of the capture have been taken in
}

func newMarks() Marks { return Marks{labels: map[uint32]string{}, notes: map[uint32]string{}} }

// plainMark is the label of a mark that was given none.
const plainMark = "mark"

// Has reports whether a row is marked.
func (k *Marks) Has(row int) bool { return slices.Contains(k.rows, uint32(row)) }

// Label is the label of a row's mark, "" when it has none.
func (k *Marks) Label(row int) string { return k.labels[uint32(row)] }

// Note is what is written on a row, made safe, "" when nothing is.
func (k *Marks) Note(row int) string { return k.notes[uint32(row)] }

// HasSession reports whether a session is marked.
func (k *Marks) HasSession(number uint32) bool { return slices.Contains(k.sessions, number) }

// learn takes in what people have written into the capture since the last call.
func (k *Marks) learn(all []session.Written, reveal bool) {
	for _, n := range all[min(k.read, len(all)):] {
		kind, back := strings.CutSuffix(n.Name, session.TakenBack)
		words := n.Words.Show(reveal)
		switch {
		case n.Row == 0:
		case kind == plainMark && back:
			k.unset(n.Row)
		case kind == plainMark:
			k.set(n.Row, words)
		default:
			k.notes[n.Row] = words
		}
	}
	k.read = max(k.read, len(all))
}

func (k *Marks) set(row uint32, label string) {
	if !slices.Contains(k.rows, row) {
		k.rows = append(k.rows, row)
	}
	if delete(k.labels, row); label != plainMark {
		k.labels[row] = label
	}
}

func (k *Marks) unset(row uint32) {
	delete(k.labels, row)
	k.rows = slices.DeleteFunc(k.rows, func(r uint32) bool { return r == row })
}

// toggle marks a row, or takes its mark back, and reports whether it has one now.
func (k *Marks) toggle(row uint32) bool {
	if slices.Contains(k.rows, row) {
		k.unset(row)
		return false
	}
	k.set(row, plainMark)
	return true
}

// toggleSession is toggle for a session.
func (k *Marks) toggleSession(number uint32) bool {
	if i := slices.Index(k.sessions, number); i >= 0 {
		k.sessions = slices.Delete(k.sessions, i, i+1)
		return false
	}
	k.sessions = append(k.sessions, number)
	return true
}

// next is the first row after another that has a mark or a note, of all when there is
// none, which is said; 0 when no row has one.
func (k *Marks) next(at uint32) (row uint32, around bool) {
	rows := slices.Clone(k.rows)
	for r := range maps.Keys(k.notes) {
		if k.notes[r] != "" {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return 0, false
	}
	slices.Sort(rows)
	for _, r := range rows {
		if r > at {
			return r, false
		}
	}
	return rows[0], true
}

// pair is the two rows that were marked last, in their order; ok is false before two
// are marked.
func (k *Marks) pair() (p [2]int, ok bool) {
	n := len(k.rows)
	if n < 2 {
		return p, false
	}
	a, b := int(k.rows[n-2]), int(k.rows[n-1])
	return [2]int{min(a, b), max(a, b)}, true
}

// sessionPair is the two sessions that were marked last, or the one that is marked and
// another that is selected.
func (k *Marks) sessionPair(selected uint32) (a, b uint32, ok bool) {
	switch n := len(k.sessions); {
	case n >= 2:
		return k.sessions[n-2], k.sessions[n-1], true
	case n == 1 && k.sessions[0] != selected:
		return k.sessions[0], selected, true
	}
	return 0, 0, false
}
