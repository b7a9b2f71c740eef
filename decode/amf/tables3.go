package amf

import (
	"fmt"
	"slices"
)

// tables3 holds the three reference tables of AMF3 (AMF3 §2.2) for all the
// values of a body. A value sees the entries from its base on: those since its
// own start, or all when the sender turned out not to reset them.
type tables3 struct {
	strings []string
	traits  []traits3
	objects int // references to objects are not resolved, only counted
	base    struct{ strings, traits, objects int }
}

// reset makes the tables look empty.
func (t *tables3) reset() {
	t.base.strings, t.base.traits, t.base.objects = len(t.strings), len(t.traits), t.objects
}

// reopen makes every entry since the start of the body visible.
func (t *tables3) reopen() { t.base.strings, t.base.traits, t.base.objects = 0, 0, 0 }

func (t *tables3) stringAt(i uint32) (string, bool) {
	seen := t.strings[t.base.strings:]
	if uint64(i) >= uint64(len(seen)) {
		return "", false
	}
	return seen[i], true
}

func (t *tables3) traitsAt(i uint32) (traits3, bool) {
	seen := t.traits[t.base.traits:]
	if uint64(i) >= uint64(len(seen)) {
		return traits3{}, false
	}
	return seen[i], true
}

// carry says what is known of a sender that puts several AMF3 values into one
// body: does it reset its reference tables between them, as the specification
// wants? One body is written by one encoder, so the answer holds to its end.
type carry uint8

const (
	carryUnknown carry = iota
	carryNever
	carryAlways
)

// inContext3 reads a top level AMF3 value whose marker has been read. A
// reference out of range is tried once more with the tables of the earlier
// values; a body is read again at most once, whatever it holds.
func (r *reader) inContext3(v *Value) {
	if r.carry == carryAlways {
		r.tables.reopen()
		r.read3(v)
		return
	}
	begun, start := *v, r.state
	r.missed = false
	r.tables.reset()
	r.read3(v)
	earlier := len(start.tables.strings) + len(start.tables.traits) + start.tables.objects
	if !r.missed || r.carry == carryNever || earlier == 0 {
		return
	}
	plain, after := *v, r.state
	*v = begun
	r.state = start.clipped()
	r.missed = false
	r.tables.reopen()
	r.remark(ReferenceCarried, v.Start, describe(ReferenceCarried))
	r.read3(v)
	r.carry = carryAlways
	if r.missed {
		*v, r.state, r.carry = plain, after, carryNever
	}
}

// clipped returns s with slices that reallocate when they grow, so that the
// attempt does not write over what another attempt appended.
func (s state) clipped() state {
	s.problems = slices.Clip(s.problems)
	s.tables.strings = slices.Clip(s.tables.strings)
	s.tables.traits = slices.Clip(s.tables.traits)
	return s
}

// string3 is a string as AMF3 writes it inside other things.
type string3 struct {
	text     string
	index    uint32
	referred bool
	missing  bool // referred, but the text cannot be had
}

// end reports whether s is the empty string that ends a list of names. A name
// that could not be resolved is not an end.
func (s string3) end() bool { return s.text == "" && !s.referred }

// string3 reads a string or a reference to one. The empty string is never put
// in the table (AMF3 §1.3.2).
func (r *reader) string3(v *Value) (string3, bool) {
	at := r.at
	u, ok := r.u29(v)
	if !ok {
		return string3{}, false
	}
	if u&1 == 0 {
		return r.sameString3(at, u>>1), true
	}
	b, ok := r.take(v, u>>1, StringPastEnd)
	if !ok {
		return string3{}, false
	}
	s := string3{text: string(b)}
	if s.text != "" {
		r.tables.strings = append(r.tables.strings, s.text)
	}
	return s, true
}

func (r *reader) sameString3(at int, index uint32) string3 {
	s := string3{index: index, referred: true}
	text, ok := r.tables.stringAt(index)
	switch {
	case !ok:
		r.missed, s.missing = true, true
		r.remark(ReferenceRange, at, fmt.Sprintf("String %d is not in the table.", index))
	case !r.expand(len(text)):
		s.missing = true
		r.remark(ReferenceBudget, at, describe(ReferenceBudget))
	default:
		s.text = text
	}
	return s
}

// expand counts text that a reference repeats and reports whether it may.
func (r *reader) expand(n int) bool {
	if r.expanded+n > len(r.body)+freeExpansion {
		return false
	}
	r.expanded += n
	return true
}

func (r *reader) objectReference3(v *Value, index uint32) {
	v.Kind, v.Count = Reference, index
	if uint64(index) >= uint64(r.tables.objects-r.tables.base.objects) {
		r.missed = true
		r.remark(ReferenceRange, v.Start, fmt.Sprintf("Object %d is not in the table.", index))
	}
}
