package analyst

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// TestFollowingIsPaced: what comes after a silence is read at once; while more keeps
// coming, the reader looks fifty times a second, however often it is told.
func TestFollowingIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		growing, waits := source.NewMemory(), 0
		s := &attentive{Source: growing, beforeWait: func() { waits++ }}
		read := int64(0)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for s.Grown(read) {
				read = growing.Size()
			}
		}()
		synctest.Wait()
		time.Sleep(time.Second)
		for i := range int64(1000) { // one a millisecond
			growing.Advance(i + 1)
			if synctest.Wait(); i == 0 && read != 1 {
				t.Errorf("%d bytes are read after a silence", read)
			}
			time.Sleep(time.Millisecond)
			if synctest.Wait(); growing.Size()-read > followEvery.Milliseconds() {
				t.Fatalf("the reader is %d ms behind", growing.Size()-read)
			}
		}
		if most := int(time.Second/followEvery) + 3; waits > most || waits < most/2 {
			t.Errorf("the reader waited %d times, want at most %d", waits, most)
		}
		growing.Finish()
		<-done
		began := time.Now()
		s.Grown(read)
		if s.Grown(read) || time.Since(began) != 0 {
			t.Errorf("a finished capture is waited for, for %v", time.Since(began))
		}
	})
}
