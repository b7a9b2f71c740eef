package amf

import (
	"fmt"
	"slices"
)

// traits3 is the shape of a class (AMF3 §3.12).
type traits3 struct {
	class    string
	sealed   []name3
	size     int // bytes of text in the names
	dynamic  bool
	external bool
}

// name3 is a sealed member's name and the bytes that gave it.
type name3 struct {
	text       string
	start, end int
}

// selfDescribed are the externalizable classes whose content is one AMF3 value
// (Apache Flex BlazeDS, flex.messaging.io); servers on the Java side send them.
var selfDescribed = []string{
	"flex.messaging.io.ArrayCollection", "flex.messaging.io.ArrayList", "flex.messaging.io.ObjectProxy",
}

// object3 reads an object that is no reference; u holds the flags in its low
// bits: 01 refers to traits, 111 is externalizable, otherwise bit 3 is dynamic
// and the rest counts the sealed members (AMF3 §3.12).
func (r *reader) object3(v *Value, u uint32) {
	if u&2 == 0 {
		r.sameTraits3(v, u>>2)
		return
	}
	t := traits3{external: u&4 != 0, dynamic: u&4 == 0 && u&8 != 0}
	class, ok := r.string3(v)
	if !ok {
		return
	}
	t.class, t.size = class.text, len(class.text)
	if !t.external && !r.sealedNames3(v, &t, u>>4) {
		return
	}
	r.tables.traits = append(r.tables.traits, t)
	r.fill3(v, &t, true)
}

// sealedNames3 reads n names. Each must be followed by a value, but not at
// once, so that nested traits could hold many more names than values: the names
// of a message have the same limit.
func (r *reader) sealedNames3(v *Value, t *traits3, n uint32) bool {
	r.sealed += int(n)
	if r.sealed > r.lim.Values {
		r.fail(v, ValuesExceeded, fmt.Sprintf("%d sealed members exceed the limit of %d values.", n, r.lim.Values))
		return false
	}
	for range n {
		start := r.at
		s, ok := r.string3(v)
		if !ok {
			return false
		}
		t.sealed = append(t.sealed, name3{s.text, start, r.at})
		t.size += len(s.text)
	}
	return true
}

// sameTraits3 reads an object with the traits of an earlier one. Without them
// nobody can tell where the object ends.
func (r *reader) sameTraits3(v *Value, index uint32) {
	t, ok := r.tables.traitsAt(index)
	if !ok {
		r.missed = true
		r.fail(v, ReferenceRange, fmt.Sprintf("Traits %d are not in the table; the object cannot be read.", index))
		return
	}
	if !r.expand(t.size) {
		r.fail(v, ReferenceBudget, describe(ReferenceBudget))
		return
	}
	r.fill3(v, &t, false)
}

// fill3 reads the members that the traits call for. The bytes of the sealed
// names belong to the object only when the traits stand in it.
func (r *reader) fill3(v *Value, t *traits3, inline bool) {
	v.Class = t.class
	if t.external {
		r.external3(v)
		return
	}
	v.Kind, v.Count = Object, uint32(len(t.sealed))
	if !r.enter(v) {
		return
	}
	base := len(r.members)
	for _, name := range t.sealed {
		if r.dead {
			break
		}
		if !inline {
			name.start, name.end = r.at, r.at
		}
		m := Member{Name: name.text, NameStart: name.start, NameEnd: name.end}
		m.Value = r.value3()
		r.members = append(r.members, m)
	}
	if t.dynamic {
		v.Members = r.named3(v.Start, base)
	} else {
		v.Members = r.closeMembers(base)
	}
	r.depth--
}

// named3 reads names and values up to an empty name and returns the members
// from base on.
func (r *reader) named3(container, base int) []Member {
	for !r.dead && r.member3(container) {
	}
	return r.closeMembers(base)
}

// member3 reads one member and reports whether another may follow.
func (r *reader) member3(container int) bool {
	if r.at == len(r.body) {
		r.stop(ObjectEndMissing, container, describe(ObjectEndMissing))
		return false
	}
	m := Member{NameStart: r.at}
	broken := Value{Version: 3, Start: r.at}
	s, ok := r.string3(&broken)
	if !ok {
		r.brokenName(broken)
		return false
	}
	if s.end() {
		return false
	}
	m.Name, m.NameEnd = s.text, r.at
	m.Value = r.value3()
	r.members = append(r.members, m)
	return true
}

// external3 reads an externalizable object: the known classes hold one value,
// any other takes the rest of the body.
func (r *reader) external3(v *Value) {
	v.Kind = External
	if slices.Contains(selfDescribed, v.Class) {
		r.list(v, 1, r.value3)
		return
	}
	raw := r.body[r.at:]
	v.Count, v.Text = uint32(len(raw)), string(raw[:min(len(raw), shownBytes)])
	r.stop(Externalizable, v.Start, describe(Externalizable))
}
