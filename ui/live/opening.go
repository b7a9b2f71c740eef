package live

import (
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// opened writes that a connection was opened, or what became of one that waited.
func (r *recording) opened(id uint64, info *proxy.ConnInfo) error {
	switch {
	case !r.rec.Waits(id):
		return r.rec.Begin(id, opening(info))
	case info.Connected.IsZero():
		r.learned[id] = info.Facts
		return nil // its end follows
	}
	return r.rec.Reached(id, opening(info))
}

// opening is what is known of a connection, as the capture keeps it.
func opening(info *proxy.ConnInfo) record.Opening {
	o := record.Opening{Accepted: info.Accepted, Connected: info.Connected, Client: info.Client, Server: info.Server}
	o.Facts = factsOf(info.Facts.With(proxy.FactUpstream, info.Upstream))
	return o
}

// factsOf are facts as the capture keeps them.
func factsOf(known proxy.Facts) (facts capture.Facts) {
	for _, f := range known {
		facts = append(facts, capture.Fact{Key: string(f.Key), Value: f.Value})
	}
	return facts
}
