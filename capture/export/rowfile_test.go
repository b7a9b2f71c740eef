package export

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

func TestRowFileGivesBackWhatWasAdded(t *testing.T) {
	const n = (residentPages+cachedPages+40)*session.PageSize + 77
	var s RowFile
	defer s.Close()
	for i := range n {
		s.Add(session.Row{Offset: int64(i) * 3, Timestamp: uint32(i)})
	}
	if s.out == 0 || s.failed != nil {
		t.Fatalf("%d pages in the file, %v", s.out, s.failed)
	}
	inMemory := 0
	for _, p := range s.pages {
		if p != nil {
			inMemory++
		}
	}
	if inMemory > residentPages+1 {
		t.Errorf("%d pages in memory", inMemory)
	}
	var readers sync.WaitGroup
	for reader := range 4 {
		readers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(reader), 1))
			for range 20_000 {
				i := rng.IntN(n)
				if r := s.Row(i); r.Offset != int64(i)*3 || r.Timestamp != uint32(i) {
					t.Errorf("row %d: %+v", i, r)
					return
				}
			}
		})
	}
	readers.Wait()
	if len(s.cache) > cachedPages {
		t.Errorf("%d pages cached", len(s.cache))
	}
}
