package session

import (
	"fmt"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Edit is one change that the relay made to what one side sent. What was sent is what is
// decoded; the receiver got that with the edits applied.
type Edit struct {
	Offset   int64         // in the sender's bytes
	Removed  int64         // how many from there were left out
	Inserted int64         // how many were sent in their place; what they were stands in the capture
	Wait     time.Duration // before
}

// Edited adds a change that the relay made.
func (t *Timeline) Edited(id uint32, dir decode.Direction, at time.Time, e Edit) {
	if c := t.touch(id, at); c != nil {
		c.add(&Entry{Name: "Edit", Summary: text.Marked(e.words(dir)), Edit: e,
			Row: Row{Kind: Edited, From: dir, Offset: e.Offset, Length: uint32(min(e.Removed, 1<<32-1))}})
	}
}

// words say what was changed, and by whom.
func (e *Edit) words(from decode.Direction) string {
	var did []string
	if e.Wait > 0 {
		did = append(did, "waited "+Duration(e.Wait))
	}
	switch {
	case e.Removed > 0 && e.Inserted > 0:
		did = append(did, fmt.Sprintf("sent %d bytes in place of %d", e.Inserted, e.Removed))
	case e.Removed > 0:
		did = append(did, fmt.Sprintf("left out %d bytes", e.Removed))
	case e.Inserted > 0:
		did = append(did, fmt.Sprintf("put in %d bytes", e.Inserted))
	}
	if len(did) == 0 {
		did = []string{"changed nothing"}
	}
	return fmt.Sprintf("the relay %s, at byte %d of what the %s sent", strings.Join(did, " and "), e.Offset, from)
}
