package main

import (
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// start is the time of every capture that is written here, so that the same
// rule gives the same file.
var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// write records a conversation, with the times of the conversation.
func write(path string, events []script.Event) error {
	rec, err := record.Create(path, record.Options{Version: "misbehave"})
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := recordEvent(rec, e); err != nil {
			return err
		}
	}
	return rec.Close()
}

// recordEvent writes one event.
func recordEvent(rec *record.Recorder, e script.Event) error {
	id, at, fromServer := uint64(e.Conn+1), start.Add(e.At), e.From == decode.FromServer
	switch e.Kind {
	case script.EventOpen:
		client := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), uint16(50000+e.Conn))
		return rec.Begin(id, record.Opening{Accepted: at, Connected: at, Client: client, Server: netip.MustParseAddrPort("10.0.0.2:1935"), Facts: factsOf(e.Facts)})
	case script.EventBytes:
		return rec.Data(id, fromServer, at, e.Bytes)
	case script.EventGap:
		return rec.Gap(id, fromServer, at, e.Length)
	case script.EventFin:
		return rec.End(id, fromServer, at, record.End{Kind: capture.Fin, Cause: capture.Cause{Token: string(e.Cause), Target: e.Target}})
	case script.EventHeld:
		return rec.Held(id, fromServer, at, capture.Hold{For: e.Since, Waiting: e.Waiting})
	case script.EventPaced:
		return rec.Paced(id, fromServer, at, paceOf(e.Pace))
	case script.EventPoll:
		return rec.OuterCopy(id, fromServer, at, capture.Around{Poll: true})
	case script.EventReset:
		return rec.End(id, fromServer, at, record.End{Kind: capture.Reset, Cause: capture.Cause{Token: string(e.Cause), Target: e.Target, Detail: e.Detail}})
	}
	return rec.Beat(at)
}

// factsOf are facts as a recording keeps them.
func factsOf(known session.Facts) (facts capture.Facts) {
	for _, f := range known {
		facts = append(facts, capture.Fact(f))
	}
	return facts
}

// paceOf is a pace as a recording keeps it.
func paceOf(p session.Pace) capture.Pace {
	return capture.Pace{Behind: p.Behind, Over: p.Over, Span: p.Span, Came: p.Came, Taken: p.Taken, Blocked: p.Blocked, Waiting: p.Waiting, Path: (*capture.Path)(p.Path)}
}
