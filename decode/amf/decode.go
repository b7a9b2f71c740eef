package amf

import (
	"fmt"
	"slices"
)

const (
	// hardDepth bounds the recursion of every reader whatever the caller asks
	// for: a stack overflow cannot be recovered in Go.
	hardDepth = 512
	// maxRemarks bounds the problems that do not end the reading. Those that do
	// can occur once and are always kept.
	maxRemarks = 64
	// shownBytes is how much of bytes that cannot be read a Value carries.
	shownBytes = 64
	// freeExpansion is what references may add to the text of a message beyond
	// the length of its body, so that a few bytes cannot name a megabyte
	// thousands of times.
	freeExpansion = 64 << 10
)

// Result is what a body holds. The values stand back to back from the start
// asked for to End without a hole.
type Result struct {
	Values   []Value
	Problems []Problem
	// End is the offset behind the last value; for Decode0 and Decode3 the
	// length of the body.
	End int
}

// Decode0 reads AMF0 values back to back from body[start] to the end of body.
// Bytes that cannot be read become one Opaque value that reaches to the end.
// Offsets in the result count from the beginning of body, which is not kept.
// lim bounds the cost; nesting is never followed deeper than 512. A start
// outside the body gives an empty result.
//
// Marker 0x11 (AVM+) introduces one AMF3 value with fresh reference tables. If
// one of its references is out of range the value is read again as if the
// tables had been kept since the start of the body; when that explains it, the
// rest of the body is read so and a problem says it.
func Decode0(body []byte, start int, lim Limits) Result {
	r := newReader(body, start, lim)
	var values []Value
	for r.at < len(body) && !r.dead {
		v, stray := r.stray0(values)
		if !stray {
			v = r.value0()
		}
		values = append(values, v)
	}
	return r.result(values)
}

// Decode3 reads AMF3 values back to back from body[start] to the end of body,
// like [Decode0]. Each value begins with fresh reference tables, which are kept
// only when the references say so, as after marker 0x11.
func Decode3(body []byte, start int, lim Limits) Result {
	r := newReader(body, start, lim)
	var values []Value
	for r.at < len(body) && !r.dead {
		values = append(values, r.fresh3())
	}
	return r.result(values)
}

// Next0 reads the one AMF0 value at body[start]; the caller goes on at
// Result.End. There is none if start is not inside the body.
func Next0(body []byte, start int, lim Limits) Result {
	r := newReader(body, start, lim)
	if r.at >= len(body) {
		return r.result(nil)
	}
	return r.result([]Value{r.value0()})
}

// Next3 reads the one AMF3 value at body[start], like [Next0].
func Next3(body []byte, start int, lim Limits) Result {
	r := newReader(body, start, lim)
	if r.at >= len(body) {
		return r.result(nil)
	}
	return r.result([]Value{r.fresh3()})
}

// reader goes through one body. Its methods fill a Value and leave it Opaque
// when the bytes do not allow it.
type reader struct {
	state
	body []byte
	lim  Limits
	// members and items are stacks: a container pushes what it reads and copies
	// its part off when it is complete, so growth costs nothing per container.
	members []Member
	items   []Value
	carry   carry
}

// state is what an attempt changes; a copy of it takes the reader back.
type state struct {
	at       int
	depth    int
	values   int
	remarks  int
	sealed   int  // sealed names so far
	objects0 int  // complex AMF0 values so far, which references number
	dead     bool // reading has ended; at is the end of the body
	missed   bool // an AMF3 reference was out of range
	expanded int  // bytes of text that references repeated
	problems []Problem
	tables   tables3
}

func newReader(body []byte, start int, lim Limits) *reader {
	lim.Depth = min(lim.Depth, hardDepth)
	if start < 0 || start > len(body) {
		start = len(body)
	}
	return &reader{state: state{at: start}, body: body, lim: lim}
}

func (r *reader) result(values []Value) Result {
	return Result{Values: values, Problems: r.problems, End: r.at}
}

// remark records a problem that reading survives.
func (r *reader) remark(token string, offset int, text string) {
	if r.remarks++; r.remarks > maxRemarks {
		return
	}
	if r.remarks == maxRemarks {
		token, text = MoreProblems, describe(MoreProblems)
	}
	r.problems = append(r.problems, Problem{token, offset, text})
}

// stop records the problem that ends the reading.
func (r *reader) stop(token string, offset int, text string) {
	r.problems = append(r.problems, Problem{token, offset, text})
	r.at, r.dead = len(r.body), true
}

// fail ends the reading and makes v the bytes from its start to the end.
func (r *reader) fail(v *Value, token, text string) {
	r.stop(token, v.Start, text)
	*v = r.opaque(v, len(r.body))
}

// opaque returns v's bytes up to end as an Opaque value.
func (r *reader) opaque(v *Value, end int) Value {
	raw := r.body[v.Start:end]
	return Value{
		Kind: Opaque, Version: v.Version, Marker: v.Marker, Start: v.Start, End: end,
		Count: uint32(len(raw)), Text: string(raw[:min(len(raw), shownBytes)]),
	}
}

// begin counts a value and reads its marker.
func (r *reader) begin(v *Value) bool {
	if r.values >= r.lim.Values {
		r.fail(v, ValuesExceeded, fmt.Sprintf("The message holds more than %d values.", r.lim.Values))
		return false
	}
	r.values++
	marker, ok := r.take(v, 1, ValuePastEnd)
	if ok {
		v.Marker = marker[0]
	}
	return ok
}

// take returns the next n bytes, or fails v. The bytes are the body's own.
func (r *reader) take(v *Value, n uint32, token string) ([]byte, bool) {
	left := len(r.body) - r.at
	if uint64(n) > uint64(left) {
		r.fail(v, token, fmt.Sprintf("%d bytes are needed at offset %d and %d are left.", n, r.at, left))
		return nil, false
	}
	b := r.body[r.at : r.at+int(n)]
	r.at += int(n)
	return b, true
}

// enter goes one container deeper, or fails v.
func (r *reader) enter(v *Value) bool {
	if r.depth >= r.lim.Depth {
		r.fail(v, DepthExceeded, fmt.Sprintf("Containers are nested deeper than %d.", r.lim.Depth))
		return false
	}
	r.depth++
	return true
}

// list reads up to n elements with next. The count is never trusted for memory:
// each element takes at least one byte of the body.
func (r *reader) list(v *Value, n uint32, next func() Value) {
	if !r.enter(v) {
		return
	}
	base := len(r.items)
	for i := uint32(0); i < n && !r.dead; i++ {
		if r.at == len(r.body) {
			r.stop(ArrayPastEnd, v.Start, fmt.Sprintf("%d elements are declared and %d are there.", n, i))
			break
		}
		item := next() // uses the stack too, so it comes before append
		r.items = append(r.items, item)
	}
	v.Items = slices.Clone(r.items[base:])
	r.items = r.items[:base]
	r.depth--
}

// closeMembers takes the members from base on off the stack.
func (r *reader) closeMembers(base int) []Member {
	out := slices.Clone(r.members[base:])
	r.members = r.members[:base]
	return out
}

// brokenName adds what stands where a name could not be read.
func (r *reader) brokenName(v Value) {
	r.members = append(r.members, Member{NameStart: v.Start, NameEnd: v.Start, Value: v})
}
