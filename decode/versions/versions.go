// Package versions has a list that changes in place while every earlier version
// of it that somebody holds stays as it was.
//
// A [List] belongs to one goroutine. [List.Freeze] gives a [Frozen] version,
// which never changes and may be read by any number of goroutines. Versions
// share all that has not changed between them: a Freeze costs what was changed
// since the last one, with a pointer for every 4,096 elements on top, and never
// what there is. It is what makes a snapshot of a hundred thousand sessions as
// cheap as one of three.
//
// Values are shared between versions too: what stands in a list must not be
// changed through it.
package versions

import (
	"iter"
	"slices"
)

// A tree of three levels: a leaf holds 64 elements, a branch 64 leaves.
const (
	bits     = 6
	fan      = 1 << bits
	perLeaf  = fan
	perTwig  = fan * fan
	leafMask = fan - 1
)

type leaf[T any] struct {
	age    uint64
	values [perLeaf]T
}

type branch[T any] struct {
	age    uint64
	leaves [fan]*leaf[T]
}

// List is the newest version. The zero value is empty and ready.
type List[T any] struct {
	top     []*branch[T]
	n       int
	age     uint64 // of this version: nodes of another age are shared with older ones
	changed bool
	last    Frozen[T]
}

// Frozen is a version that never changes. The zero value is empty.
type Frozen[T any] struct {
	top []*branch[T]
	n   int
}

// Len is the number of elements.
func (l *List[T]) Len() int { return l.n }

// Len is the number of elements.
func (f Frozen[T]) Len() int { return f.n }

// At returns element i of [0, Len).
func (l *List[T]) At(i int) T { return at(l.top, i) }

// At returns element i of [0, Len).
func (f Frozen[T]) At(i int) T {
	if i >= f.n {
		panic("versions: no such element")
	}
	return at(f.top, i)
}

func at[T any](top []*branch[T], i int) T {
	return top[i/perTwig].leaves[i>>bits&leafMask].values[i&leafMask]
}

// Append adds an element behind the last one.
func (l *List[T]) Append(v T) {
	if l.n%perTwig == 0 {
		l.top = append(l.top, &branch[T]{age: l.age})
	}
	l.n++
	l.Set(l.n-1, v)
}

// Set replaces element i of [0, Len).
func (l *List[T]) Set(i int, v T) {
	l.changed = true
	l.leaf(i).values[i&leafMask] = v
}

// leaf returns the leaf of an element, copied first when an older version has it
// too.
func (l *List[T]) leaf(i int) *leaf[T] {
	b := &l.top[i/perTwig]
	if (*b).age != l.age {
		*b = &branch[T]{age: l.age, leaves: (*b).leaves}
	}
	f := &(*b).leaves[i>>bits&leafMask]
	switch {
	case *f == nil:
		*f = &leaf[T]{age: l.age}
	case (*f).age != l.age:
		*f = &leaf[T]{age: l.age, values: (*f).values}
	}
	return *f
}

// Freeze returns the list as it is now.
func (l *List[T]) Freeze() Frozen[T] {
	if l.changed {
		l.last = Frozen[T]{slices.Clone(l.top), l.n}
		l.age++
		l.changed = false
	}
	return l.last
}

// Since gives the elements that may differ from those of an older version of the same
// list, and all that it has not, in order: those whose leaf the two do not share. It costs
// what has changed, with a comparison for every 4,096 elements on top.
func (f Frozen[T]) Since(older Frozen[T]) iter.Seq[int] {
	return func(yield func(int) bool) {
		for t, b := range f.top {
			var was *branch[T]
			if t < len(older.top) {
				was = older.top[t]
			}
			if b != was && !b.since(was, t*perTwig, f.n, older.n, yield) {
				return
			}
		}
	}
}

// since gives the elements of a branch, which begins at element first, that are not those
// of another version of it, nil for none. There are n elements, and were before.
func (b *branch[T]) since(was *branch[T], first, n, before int, yield func(int) bool) bool {
	for k, f := range b.leaves {
		at := first + k*perLeaf
		if at >= n {
			return true
		}
		shared := was != nil && was.leaves[k] == f
		for i := at; i < min(at+perLeaf, n); i++ {
			if (!shared || i >= before) && !yield(i) {
				return false
			}
		}
	}
	return true
}
