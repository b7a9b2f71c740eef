package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
)

var (
	// start is the time of every capture that is written here, so that the files
	// are the same each time.
	start  = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	client = netip.MustParseAddrPort("192.0.2.10:40000")
)

// recordParts writes the parts of a vector as a capture, a millisecond apart.
func recordParts(path string, v *vector) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := record.New(f, record.Options{Version: "compared"})
	if err != nil {
		return err
	}
	at := start
	server := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.20"), v.port)
	if err := r.Open(1, at, at, client, server); err != nil {
		return err
	}
	for _, p := range v.parts {
		at = at.Add(time.Millisecond)
		if p.gap > 0 {
			err = r.Gap(1, p.fromServer, at, p.gap)
		} else {
			err = r.Data(1, p.fromServer, at, p.wire())
		}
		if err != nil {
			return err
		}
	}
	if err := r.Fin(1, false, at.Add(time.Millisecond), ""); err != nil {
		return err
	}
	if err := r.Fin(1, true, at.Add(2*time.Millisecond), ""); err != nil {
		return err
	}
	if err := r.Close(); err != nil || !v.tunnelled() {
		return err
	}
	return foreign(path)
}

// tunnelled reports whether the vector travels in HTTP.
func (v *vector) tunnelled() bool {
	return slices.ContainsFunc(v.parts, func(p part) bool { return p.http != "" })
}

// foreign makes a capture one that the recorder did not write, as far as a reader
// can tell: only in those tunnels are looked for.
func foreign(path string) error {
	p, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.ReplaceAll(p, []byte("rtmpscope compared"), []byte("something compared")), 0o600)
}

// wire is the segment as it travels: alone, or in an HTTP request or answer, as
// RTMPT has it. Requests without RTMP carry one byte, answers begin with a byte
// that says how soon to ask again.
func (p part) wire() []byte {
	if p.http == "" {
		return p.data
	}
	how := strings.TrimSpace(strings.TrimPrefix(p.http, "http"))
	head, body := "POST "+how+" HTTP/1.1\r\nHost: 192.0.2.20\r\nUser-Agent: Shockwave Flash\r\n", p.data
	id, opened := strings.CutPrefix(how, "=")
	switch {
	case opened:
		head, body = "HTTP/1.1 200 OK\r\n", []byte(id+"\n")
	case p.fromServer:
		head, body = "HTTP/1.1 200 OK\r\n", append([]byte{1}, p.data...)
	case len(body) == 0:
		body = []byte{0}
	}
	return append(fmt.Appendf(nil, "%sContent-Type: application/x-fcs\r\nContent-Length: %d\r\n\r\n", head, len(body)), body...)
}
