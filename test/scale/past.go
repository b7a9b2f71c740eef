package main

import (
	"net/netip"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/amf"
)

// writePast writes a capture of clients that came and went one after the other: of three
// one says nothing, one speaks HTTP, and one is refused.
func writePast(path string, clients int) error {
	rec, err := record.Create(path, record.Options{Version: "scale"})
	if err != nil {
		return err
	}
	p := &publish{rec: rec, now: time.Date(2026, 1, 1, 22, 0, 0, 0, time.UTC)}
	server := netip.MustParseAddrPort("10.0.0.2:1935")
	for i := range clients {
		p.id, p.now = uint64(i+1), p.now.Add(time.Second)
		client := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), uint16(1024+i%60_000))
		if err := rec.Open(p.id, p.now, p.now, client, server); err != nil {
			return err
		}
		if err := p.visit(i % 3); err != nil {
			return err
		}
		for _, fromServer := range []bool{false, true} {
			if err := rec.Fin(p.id, fromServer, p.now, ""); err != nil {
				return err
			}
		}
	}
	return rec.Close()
}

// visit is what a client of a kind does between its coming and its going.
func (p *publish) visit(kind int) error {
	hello := make([]byte, 1+2*1536)
	hello[0] = 3
	p.writer[0], p.writer[1] = fresh, fresh
	switch kind {
	case 0:
		return nil
	case 1:
		return p.say(false, []byte("GET / HTTP/1.1\r\n\r\n"))
	}
	for _, step := range []func() error{
		func() error { return p.say(false, hello) },
		func() error { return p.say(true, hello) },
		func() error {
			return p.command(false, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://10.0.0.2/live"))))
		},
		func() error {
			return p.command(true, 0, amf.Str("_error"), amf.Num(1), amf.Nul(), amf.Obj(amf.Prop("level", amf.Str("error")), amf.Prop("code", amf.Str("NetConnection.Connect.Rejected"))))
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
