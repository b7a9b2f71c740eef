package diff

import "github.com/rtmpscope/rtmpscope/decode/session"

// paceApart is how far the paces of both may be apart.
func (t *pairOfTracks) paceApart() float64 {
	if min(t.x.seconds(), t.y.seconds()) >= longPlay {
		return longPace
	}
	return paceApart
}

// pauses compares the longest times without a frame.
func (t *pairOfTracks) pauses() {
	x, y := t.x, t.y
	if max(x.pause, y.pause) > pauseFloor && apart(float64(x.pause), float64(y.pause), pauseApart) {
		t.tell(Cadence, Notable, x.pauseRow, y.pauseRow, "the longest time without a frame is", session.Duration(x.pause), session.Duration(y.pause))
	}
}
