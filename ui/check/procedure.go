package check

import (
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// procedureJSON writes the steps, and the tree that they stand on.
func (s *Session) procedureJSON(j *jsonSession, o Options) {
	r := &s.Report
	j.Link = jsonLink{Name: r.Connection.App.Show(o.ShowSecrets), State: r.Connection.State.String(), Row: r.Connection.Row}
	for i := range r.NetStreams {
		n := &r.NetStreams[i]
		link := jsonLink{Use: n.Use, Role: n.Role.String(), Name: n.Name.Show(o.ShowSecrets), State: n.State.String(), Row: n.Row}
		if n.Known() {
			link.Stream = &n.ID
		}
		j.Links = append(j.Links, link)
	}
	for i := range r.Steps {
		j.Steps = append(j.Steps, s.stepJSON(&r.Steps[i], o))
	}
}

func (s *Session) stepJSON(x *lint.Step, o Options) jsonStep {
	j := jsonStep{
		Step: x.ID.String(), Phase: x.Phase, Name: x.Name, Who: x.Who.String(), Optional: !x.Required, State: x.State.String(), Code: x.Code,
		Seconds: x.Latency.Seconds(), Row: x.Row, Before: x.Order.Before.String(), After: x.Order.After.String(), Waits: x.Order.Waits, NetStream: x.Stream, Stream: x.StreamID,
	}
	if x.Row > 0 {
		j.At = x.At.Sub(s.Info.OpenedAt).Seconds()
	}
	if x.Value.Kind != lint.NoValue {
		j.Value = x.Value.Show(o.ShowSecrets)
	}
	switch x.Value.Kind {
	case lint.Octets, lint.Bandwidth, lint.MessageStream:
		j.Number = &x.Value.Number
	}
	return j
}
