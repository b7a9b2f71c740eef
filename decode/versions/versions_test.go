package versions

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestVersionsStay changes a list at random and compares every version that was
// frozen on the way with a copy made by hand.
func TestVersionsStay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var l List[int]
	var model []int
	var frozen []Frozen[int]
	var copies [][]int
	for step := range 30_000 {
		if len(model) == 0 || r.IntN(3) > 0 {
			l.Append(step)
			model = append(model, step)
		} else {
			i := r.IntN(len(model))
			l.Set(i, -step)
			model[i] = -step
		}
		if step%997 == 0 {
			frozen, copies = append(frozen, l.Freeze()), append(copies, slices.Clone(model))
		}
	}
	for k, f := range frozen {
		for i, want := range copies[k] {
			if f.At(i) != want {
				t.Fatalf("version %d, element %d: %d, want %d", k, i, f.At(i), want)
			}
		}
		if f.Len() != len(copies[k]) {
			t.Fatalf("version %d: %d elements, want %d", k, f.Len(), len(copies[k]))
		}
	}
	for i, want := range model {
		if l.At(i) != want {
			t.Fatalf("element %d: %d, want %d", i, l.At(i), want)
		}
	}
}

// TestFreezeCostsWhatChanged: a version of a long list costs as many allocations
// as one of a short list.
func TestFreezeCostsWhatChanged(t *testing.T) {
	cost := func(n int) float64 {
		var l List[int]
		for i := range n {
			l.Append(i)
		}
		l.Freeze()
		return testing.AllocsPerRun(100, func() { l.Set(0, 1); l.Freeze() })
	}
	if few, many := cost(10), cost(1_000_000); many > few {
		t.Errorf("%v allocations with a million elements, %v with ten", many, few)
	}
	var l List[int]
	l.Append(1)
	l.Freeze()
	if n := testing.AllocsPerRun(100, func() { l.Freeze() }); n > 0 {
		t.Errorf("%v allocations when nothing has changed", n)
	}
}

// TestFrozenEnds: what was added later is not in an older version.
func TestFrozenEnds(t *testing.T) {
	var l List[int]
	l.Append(1)
	f := l.Freeze()
	l.Append(2)
	defer func() {
		if recover() == nil {
			t.Error("an old version has a new element")
		}
	}()
	f.At(1)
}

// TestSinceGivesWhatChanged: every element that differs from an older version is given, in
// order, and hardly any other.
func TestSinceGivesWhatChanged(t *testing.T) {
	const n = 3*perTwig + 100
	var l List[int]
	for i := range n {
		l.Append(i)
	}
	old := l.Freeze()
	for i := range old.Since(old) {
		t.Fatalf("element %d differs from itself", i)
	}
	want := []int{5, 64, perTwig + 70, n - 1, n, n + 1}
	for _, i := range want[:4] {
		l.Set(i, -1)
	}
	l.Append(0)
	l.Append(0)
	now := l.Freeze()
	var all, differ []int
	for i := range now.Since(old) {
		all = append(all, i)
		if i >= old.Len() || now.At(i) != old.At(i) {
			differ = append(differ, i)
		}
	}
	if !slices.Equal(differ, want) || !slices.IsSorted(all) || len(all) > len(want)*perLeaf {
		t.Errorf("%d elements are given, and of those %v differ, not %v", len(all), differ, want)
	}
	for i := range now.Since(Frozen[int]{}) {
		if i == n+1 {
			return
		}
	}
	t.Error("not all is new to an empty version")
}
