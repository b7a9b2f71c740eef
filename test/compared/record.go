package main

import (
	"net/netip"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
)

var (
	// start is the time of every capture that is written here, so that the files
	// are the same each time.
	start  = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	client = netip.MustParseAddrPort("192.0.2.10:40000")
)

// record writes the parts of a vector as a capture, a millisecond apart.
func record(path string, v *vector) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := capture.NewRecorder(f, capture.Options{Version: "compared"})
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
			err = r.Data(1, p.fromServer, at, p.data)
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
	return r.Close()
}
