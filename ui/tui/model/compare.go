package model

import (
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// DiffLine is one field of two rows.
type DiffLine struct {
	Name string // indented by its depth
	A, B string // "" where the row has no such field
	Same bool
}

// Compared brings the details of two rows that are to be compared.
type Compared struct {
	A, B *analyst.Detail
	Err  error
}

func (a Compared) apply(m *Model) Effect {
	if a.Err != nil {
		m.Message = "they cannot be compared: " + a.Err.Error()
		return Effect{}
	}
	m.Diff = compareFields(a.A, a.B, m.Reveal)
	m.DiffRows = [2]int{a.A.Number, a.B.Number}
	m.Overlay, m.OverlayTop = Diff, 0
	return Effect{}
}

// compareMarked asks for the details of the two rows that were marked last, or
// compares sessions.
func (m *Model) compareMarked() Effect {
	pair, marked := m.Marks.pair()
	switch {
	case m.Focus == PaneSessions || !marked && m.Versus != nil:
		return m.comparePair()
	case !marked:
		m.Message = "mark two rows with " + m.KeyOf("mark") + " first"
		return Effect{}
	}
	return Effect{Compare: pair}
}

// flat is one field of a tree with the names above it.
type flat struct{ path, name, value string }

func flatten(fields []field.Field, path string, depth int, reveal bool, out []flat) []flat {
	seen := map[string]int{}
	for _, f := range fields {
		p := path + "/" + f.Name
		if seen[f.Name]++; seen[f.Name] > 1 { // several of one name are told apart by their order
			p += fmt.Sprint(seen[f.Name])
		}
		value := strings.TrimSpace(f.Value.Show(reveal) + " " + f.Symbol)
		out = append(out, flat{p, strings.Repeat("  ", depth) + f.Name, value})
		out = flatten(f.Children, p, depth+1, reveal, out)
	}
	return out
}

// header is what the row itself says, as fields.
func header(d *analyst.Detail) []flat {
	r := d.Row
	number := func(name string, v uint32) flat { return flat{"row/" + name, name, fmt.Sprint(v)} }
	return []flat{
		{"row/what", "what", strings.TrimSpace(d.Text.Name + " " + d.Text.Command)},
		{"row/from", "from", r.From.String()},
		number("timestamp", r.Timestamp), number("message stream id", r.StreamID), number("chunk stream id", r.ChunkStream),
		number("length", r.Length), number("chunks", r.Chunks),
	}
}

// compareFields puts the fields of two rows beside each other: those of the
// first in their order, and what only the second has behind its neighbour there.
func compareFields(a, b *analyst.Detail, reveal bool) (out []DiffLine) {
	left := flatten(a.Fields, "", 0, reveal, header(a))
	right := flatten(b.Fields, "", 0, reveal, header(b))
	at := map[string]int{}
	for i, f := range right {
		at[f.path] = i
	}
	known := map[string]bool{}
	for _, f := range left {
		known[f.path] = true
	}
	next := 0
	onlyRight := func(until int) {
		for ; next < until; next++ {
			if f := right[next]; !known[f.path] {
				out = append(out, DiffLine{Name: f.name, B: f.value})
			}
		}
	}
	for _, f := range left {
		i, both := at[f.path]
		if !both {
			out = append(out, DiffLine{Name: f.name, A: f.value})
			continue
		}
		onlyRight(i)
		next = max(next, i+1)
		out = append(out, DiffLine{Name: f.name, A: f.value, B: right[i].value, Same: f.value == right[i].value})
	}
	onlyRight(len(right))
	return out
}
