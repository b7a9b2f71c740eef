package proxy

import (
	"sync"
	"time"
)

// sayAgain is how often a failure that repeats is told again, with its count.
const sayAgain = time.Minute

// repeats lets a message through when it is new, and while it repeats once in
// sayAgain. The zero value lets the first through.
type repeats struct {
	mu   sync.Mutex
	text string
	at   time.Time
	more int
}

// say reports whether text is to be told now, and how often it came since it was
// told last.
func (r *repeats) say(text string, now time.Time) (more int, tell bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text == r.text && now.Sub(r.at) < sayAgain {
		r.more++
		return 0, false
	}
	more = r.more
	if text != r.text {
		more = 0
	}
	r.text, r.at, r.more = text, now, 0
	return more, true
}
