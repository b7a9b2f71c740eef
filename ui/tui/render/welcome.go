package render

import "github.com/rtmpscope/rtmpscope/ui/tui/model"

// welcome is what stands in the timeline before there is a session: what to do.
func welcome(a Area, m *model.Model) {
	y := max((a.H-len(m.Hints)-5)/2, 1)
	x := 3
	switch {
	case !m.Options.Live && m.Done:
		a.clip(x, a.W, y, role(Warn), "There is no RTMP session in this file.")
		if m.Facts.Trouble != "" {
			a.clip(x, a.W, y+1, Style{}, "It could not be read to its end: "+m.Facts.Trouble+". "+m.KeyOf("log")+" shows more.")
			return
		}
		a.clip(x, a.W, y+1, Style{}, "A capture must hold the TCP connection from its first byte to be understood as a whole.")
		return
	case m.Facts.Growth == model.Unfollowed:
		a.clip(x, a.W, y, Style{}, "Another program is recording this file; what it records from now on is not shown.")
		a.clip(x, a.W, y+1, Style{}, m.KeyOf("follow")+" follows the file.")
		return
	case m.Facts.Growth == model.Followed:
		a.clip(x, a.W, y, Style{}, "Following the file; no RTMP session has been recorded yet.")
		return
	case !m.Options.Live:
		a.clip(x, a.W, y, Style{}, "Reading the capture …")
		return
	}
	a.clip(x, a.W, y, role(Phase), "Waiting for an encoder or a player. Point one here:")
	y += 2
	for _, h := range m.Hints {
		a.clip(x+2, a.W, y, role(Value), h)
		y++
	}
	a.clip(x, a.W, y+1, role(Faint), "Every byte is passed on unchanged to "+m.Facts.Upstream+"; what is said appears here.")
}
