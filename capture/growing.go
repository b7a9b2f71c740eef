package capture

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/source"
)

// Growth says whether a capture still grows, and whether that is followed.
type Growth uint8

// The growths of a capture.
const (
	// Settled is a capture that is read as it was when it was opened, or that has
	// been read to its end.
	Settled Growth = iota
	// Unfollowed is a file that a recorder is writing: what has come since it was
	// opened is not read before [Input.Follow].
	Unfollowed
	// Followed is a file of which everything is read that comes.
	Followed
)

// lookEvery is how often a file is looked at that is followed.
const lookEvery = 100 * time.Millisecond

// following is a recording, or another file, that somebody else may still be
// writing. It ends when the recorder has ended it; of a file that nobody is known to
// write, the end is not known, and it is followed until it is closed.
type following struct {
	*source.Growing
	chain *source.Chain
	last  found // the newest segment
	file  *os.File
	start int64 // where it begins
	size  int64 // how much of it has been announced

	closing sync.Once
	mu      sync.Mutex
	state   Growth
	stop    chan struct{}
	done    chan struct{} // of the goroutine that looks, once there is one
}

// follow opens a file that may grow; later says that its growth is read only once that
// is asked for, and that otherwise it ends where it does now. It returns nil when it does not grow.
func follow(path string, later bool) (*following, error) {
	list, err := segmentsFrom(path)
	if err != nil {
		return nil, err
	}
	f := &following{chain: &source.Chain{}, stop: make(chan struct{}), state: Unfollowed}
	for i, s := range list {
		f.chain.Add(s.path, s.file, nil, f.start)
		if i+1 < len(list) {
			f.start += s.upTo(list[i+1])
		}
		f.last = s
	}
	if f.file, err = source.OpenRegular(f.last.path); err != nil {
		return nil, err
	}
	busy := source.Busy(f.file)
	if later && !busy || !later && f.ended(busy) {
		return nil, errors.Join(f.file.Close(), f.chain.Close())
	}
	f.Growing = source.NewGrowing(f.chain)
	f.measure()
	if !later {
		f.Follow()
	}
	return f, nil
}

// ended reports whether the recorder of a file has ended, by whether it is busy.
func (f *following) ended(busy bool) bool { return f.last.own && source.KnowsBusy && !busy }

// upTo is how many bytes of a segment count when another one follows.
func (s *found) upTo(next found) int64 {
	if next.info.After == s.info.Number {
		return min(s.file.Size(), next.info.Size)
	}
	return s.file.Size()
}

// Follow begins to read what comes.
func (f *following) Follow() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state != Unfollowed {
		return
	}
	f.state, f.done = Followed, make(chan struct{})
	go f.run()
}

func (f *following) growth() Growth {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// run looks until the recorder has ended, or the file is closed.
func (f *following) run() {
	defer close(f.done)
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for f.look() {
		select {
		case <-f.stop:
			return
		case <-ticks.C:
		}
	}
	f.mu.Lock()
	f.state = Settled
	f.mu.Unlock()
	f.Finish()
}

// look announces what has come, and reports whether more can come. It asks in this
// order, because a recorder makes the next segment before it lets go of the last one.
func (f *following) look() bool {
	ended := f.ended(source.Busy(f.file))
	next, ok := f.next()
	grown := f.measure()
	if ok {
		return f.enter(next)
	}
	return grown || !ended
}

// measure announces what the newest segment has, and reports whether it is more.
func (f *following) measure() bool {
	info, err := f.file.Stat()
	if err != nil || info.Size() <= f.size {
		return false
	}
	f.size = info.Size()
	f.Advance(f.start + f.size)
	return true
}

// next finds the segment that follows the newest one that is known.
func (f *following) next() (found, bool) {
	if f.last.info == nil {
		return found{}, false
	}
	base, _ := source.SegmentBase(f.last.path)
	for _, n := range source.SegmentNumbers(base, f.last.info.Number) {
		s, err := lookAt(source.SegmentName(base, n))
		if err == nil && s.info != nil && s.info.Number == n && s.info.Recording == f.last.info.Recording {
			return s, true
		}
	}
	return found{}, false
}

// enter goes on in the next segment. It gives up when the recorder has taken back
// what was read already, as it does with half a block when the disk is full.
func (f *following) enter(next found) bool {
	size := f.size
	if next.info.After == f.last.info.Number {
		size = next.info.Size
	}
	file, err := source.OpenRegular(next.path)
	if err != nil || size < f.size {
		return err != nil
	}
	f.file.Close() // it was only read
	f.chain.Add(next.path, next.file, nil, f.start+size)
	f.Advance(f.start + size)
	f.last, f.file, f.start, f.size = next, file, f.start+size, 0
	f.measure()
	return true
}

// Close ends following and reading.
func (f *following) Close() error {
	f.mu.Lock()
	done := f.done
	f.mu.Unlock()
	f.closing.Do(func() { close(f.stop) })
	if done != nil {
		<-done
	}
	return errors.Join(f.file.Close(), f.Growing.Close())
}
