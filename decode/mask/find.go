package mask

import (
	"slices"
	"strings"
)

// Span is a stretch of a text that is a credential.
type Span struct {
	Start, End int // in bytes, half open
	// Secret is the credential as it became known; "" when it is what stands there.
	Secret string
	How    Spelling
	// Shape says that nothing but its shape tells.
	Shape bool
}

// Where says where a text stands, and so what is looked for in it.
type Where uint8

// The places, from the one where words must stay.
const (
	// Anywhere is bytes of any meaning: what cannot be mistaken for a word.
	Anywhere Where = iota
	// InText is text that a peer wrote: names that may be words, too, as words.
	InText
	// InEcho is where servers are known to repeat stream names: short ones, too.
	InEcho
)

// window is how many bytes are looked up at a time.
const window = 4

// Finder looks for the credentials of a Set. It does not change and is safe to share;
// a nil Finder finds nothing.
type Finder struct {
	full  bool
	mayBe [64]uint64 // by hash of a window: a needle begins so
	by    map[uint32][]needle
	tiny  []string // shorter than a window: looked for only as words of names
}

// Finder makes the set ready for searching; nil when there is nothing to look for.
func (s *Set) Finder() *Finder {
	if s == nil || len(s.known) == 0 && !s.full {
		return nil
	}
	f := &Finder{full: s.full, by: map[uint32][]needle{}}
	for _, secret := range s.known {
		for _, n := range needles(secret) {
			f.add(n)
		}
	}
	f.sort()
	return f
}

// maxShared is how many credentials of one session are looked for in what another said:
// more than a publisher has, and so few that one session cannot mark the words of all.
const maxShared = 16

// Pool returns a finder for what is common to many sessions: of each the first
// credentials that cannot be mistaken for words, as they are. nil when there are none.
func Pool(sets []*Set) *Finder {
	f := &Finder{by: map[uint32][]needle{}}
	for _, s := range sets {
		for _, secret := range s.Strong() {
			f.addOnce(needles(secret)[0])
		}
	}
	if len(f.by) == 0 {
		return nil
	}
	f.sort()
	return f
}

func (f *Finder) addOnce(n needle) {
	for _, have := range f.by[head(n.text)] {
		if have.text == n.text {
			return
		}
	}
	f.add(n)
}

func (f *Finder) sort() {
	for _, list := range f.by {
		slices.SortStableFunc(list, func(a, b needle) int { return len(b.text) - len(a.text) })
	}
}

func (f *Finder) add(n needle) {
	if len(n.text) < window {
		f.tiny = append(f.tiny, n.text)
		return
	}
	w := head(n.text)
	h := hash(w)
	f.mayBe[h>>6] |= 1 << (h & 63)
	f.by[w] = append(f.by[w], n)
}

// head is the first window of a needle; 0 when it is shorter.
func head(s string) (w uint32) {
	if len(s) < window {
		return 0
	}
	for i := range window {
		w = w<<8 | uint32(s[i])
	}
	return w
}

// hash spreads a window over 12 bits.
func hash(w uint32) uint32 { return w * 0x9E3779B1 >> 20 }

// Full reports whether every text is to be taken for a credential.
func (f *Finder) Full() bool { return f != nil && f.full }

// Find returns where credentials stand in a text, in order and without overlaps. For a
// full set that is all of it.
func (f *Finder) Find(s string, where Where) []Span {
	if f.Full() && s != "" {
		return []Span{{End: len(s)}}
	}
	return f.FindKnown(s, where)
}

// FindKnown is Find for the credentials that a set could take, full or not.
func (f *Finder) FindKnown(s string, where Where) (out []Span) {
	if f == nil || s == "" {
		return nil
	}
	p, at := s, []int32(nil)
	if escaped(s) {
		var folded []byte
		folded, at = fold(s)
		p = string(folded)
	}
	place := func(i, n int, x Span) Span {
		if x.Start, x.End = i, i+n; at != nil {
			x.Start, x.End = int(at[i]), int(at[i+n])
		}
		return x
	}
	f.scan(p, where, func(i, n int, x Span) { out = join(out, place(i, n, x)) })
	if where == InEcho && len(f.tiny) > 0 { // which come in an order of their own
		f.words(p, func(i, n int, x Span) { out = append(out, place(i, n, x)) })
		out = Union(nil, out)
	}
	return out
}

// scan calls found for every needle, in the order of their first bytes, of those that
// begin together the longest.
func (f *Finder) scan(p string, where Where, found func(at, n int, x Span)) {
	w := uint32(0)
	for i := range len(p) {
		w = w<<8 | uint32(lowered[p[i]])
		if h := hash(w); f.mayBe[h>>6]>>(h&63)&1 == 0 || i < window-1 {
			continue
		}
		start := i - window + 1
		for _, n := range f.by[w] {
			if n.at(p, start, where) {
				found(start, len(n.text), Span{Secret: n.secret, How: n.spelling})
				break
			}
		}
	}
}

// at reports whether the needle stands at a place.
func (n *needle) at(p string, i int, where Where) bool {
	end := i + len(n.text)
	if end > len(p) || where < n.where || !same(p[i:end], n.text) {
		return false
	}
	return n.where == Anywhere || isWord(p, i, end) || n.where < where
}

// same reports whether s is a text of the same length but for the case of its letters.
func same(s, small string) bool {
	for i := range len(s) {
		if lowered[s[i]] != small[i] {
			return false
		}
	}
	return true
}

// words looks for names of one to three letters.
func (f *Finder) words(p string, found func(at, n int, x Span)) {
	p = lower(p)
	for _, t := range f.tiny {
		for from := 0; ; {
			i := strings.Index(p[from:], t)
			if i < 0 {
				break
			}
			if i += from; isWord(p, i, i+len(t)) {
				found(i, len(t), Span{})
			}
			from = i + len(t)
		}
	}
}

// isWord reports whether p[from:to] is not part of a longer word.
func isWord(p string, from, to int) bool {
	return (from == 0 || !isWordByte(p[from-1])) && (to == len(p) || !isWordByte(p[to]))
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// join appends a span, or what of it stands behind the spans before. Spans come in
// the order of their first bytes.
func join(out []Span, x Span) []Span {
	if n := len(out); n > 0 && x.Start < out[n-1].End {
		if x.End <= out[n-1].End {
			return out
		}
		x.Start, x.Secret, x.How = out[n-1].End, "", AsIs // a part of it
	}
	return append(out, x)
}

// Union merges spans found in two ways. Those of first keep their bounds; of second
// comes what first leaves.
func Union(first, second []Span) []Span {
	if len(second) == 0 {
		return first
	}
	all := append(slices.Clip(first), minus(second, first)...)
	slices.SortStableFunc(all, func(a, b Span) int { return a.Start - b.Start })
	out := all[:0]
	for _, x := range all {
		out = join(out, x)
	}
	return out
}

// minus cuts out of spans what others cover; the others are in order.
func minus(spans, others []Span) (out []Span) {
	for _, x := range spans {
		for _, o := range others {
			if o.End <= x.Start || o.Start >= x.End {
				continue
			}
			if x.Start < o.Start {
				out = append(out, Span{Start: x.Start, End: o.Start})
			}
			x.Start, x.Secret, x.How = o.End, "", AsIs
		}
		if x.Start < x.End {
			out = append(out, x)
		}
	}
	return out
}
