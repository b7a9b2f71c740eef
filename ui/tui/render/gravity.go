package render

import "github.com/rtmpscope/rtmpscope/decode/session"

// gravity is the role of trouble: that of a warning, which has one colour everywhere,
// or that of an error.
func gravity(r session.Row) Role {
	if r.Kind == session.Anomaly || r.Kind == session.Found && r.Severity <= session.Warning || r.Kind == session.Message && r.Flags&(session.Short|session.Refused) == session.Short {
		return Warn
	}
	return Trouble
}
