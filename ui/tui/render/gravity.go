package render

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// look is how a kind of row appears in the lane.
type look struct {
	line rune
	sign string // in the gutter and before the name
	word string // said before the summary
}

func lookOf(r session.Row) look {
	switch {
	case r.Kind == session.Lost:
		return look{'╳', "✗", "FRAMING LOST"}
	case r.Kind == session.Gap:
		return look{'┈', "✗", "NOT CAPTURED"}
	case r.Kind == session.Aborted:
		return look{'╌', "✗", "ABORTED"}
	case r.Kind == session.Anomaly:
		return look{'─', "!", "ANOMALY"}
	case r.Kind == session.Found:
		return look{' ', [...]string{"i", "i", "!", "✗"}[r.Severity], strings.ToUpper(r.Severity.String())}
	case r.Kind == session.Closed && r.Flags&session.Refused != 0:
		return look{'╳', "✗", "RESET"}
	case r.Flags&session.Refused != 0:
		return look{'─', "✗", "REFUSED"}
	case r.Flags&session.Incomplete != 0:
		return look{'╌', "✗", "INCOMPLETE"}
	case r.Flags&session.Short != 0:
		return look{'─', "!", "TOO SHORT"}
	case r.Kind == session.Tallied:
		return look{'━', "", "COUNTED"}
	case r.Kind == session.Edited:
		return look{'┈', "≠", "EDITED"}
	case r.Kind.AboutConnection(), r.Kind == session.Closed, r.Kind == session.Resynced, r.Kind == session.Dialect:
		return look{'┈', "", ""}
	}
	return look{'─', "", ""}
}

// gravity is the role of trouble: that of a warning, which has one colour everywhere,
// or that of an error.
func gravity(r session.Row) Role {
	if r.Kind == session.Anomaly || r.Kind == session.Found && r.Severity <= session.Warning || r.Kind == session.Message && r.Flags&(session.Short|session.Refused) == session.Short {
		return Warn
	}
	return Trouble
}
