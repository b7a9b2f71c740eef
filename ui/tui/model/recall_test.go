package model

import "testing"

// Of pairs the latest are known, and there is a bound; what was set last holds.
func TestRecentForgets(t *testing.T) {
	var r recent
	for i := uint32(1); i <= 5*recalled; i++ {
		r.set(i, i+1)
	}
	r.set(5*recalled-recalled/2, 7)
	if len(r.now)+len(r.before) > 2*recalled {
		t.Errorf("%d pairs are kept", len(r.now)+len(r.before))
	}
	for row, want := range map[uint32]uint32{1: 0, 4*recalled + 1: 4*recalled + 2, 5 * recalled: 5*recalled + 1, 5*recalled - recalled/2: 7} {
		if got := r.of(row); got != want {
			t.Errorf("row %d leads to %d, not %d", row, got, want)
		}
	}
}

func TestBySession(t *testing.T) {
	var b bySession
	b.set(3, 30)
	b.set(1, 10)
	for number, want := range map[uint32]uint32{0: 0, 1: 10, 2: 0, 3: 30, 4: 0} {
		if got := b.of(number); got != want {
			t.Errorf("session %d: row %d, not %d", number, got, want)
		}
	}
}
