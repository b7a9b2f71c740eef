package list

import (
	"iter"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// versioned is a timeline that knows what has changed, as a *session.Snapshot does.
type versioned interface{ Version() session.Version }

// Changed gives the numbers of the sessions of which something may have changed since an
// earlier timeline, nil for none, in order. Of timelines that do not know that these are all.
func Changed(now, before Timeline) iter.Seq[uint32] {
	if n, ok := now.(versioned); ok {
		if b, ok := before.(versioned); ok {
			return n.Version().Since(b.Version())
		}
	}
	return func(yield func(uint32) bool) {
		for number := range now.SessionCount() {
			if !yield(uint32(number + 1)) {
				return
			}
		}
	}
}
