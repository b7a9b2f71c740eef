package main

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode"
)

// relay passes connections through and keeps what it passed.
type relay struct {
	addr, server string // where it listens, and to where it passes
	mu           sync.Mutex
	passed       [2]bytes.Buffer
	running      sync.WaitGroup
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{addr: l.Addr().String(), server: free.Addr().String()}
	free.Close()
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", r.server)
			if err != nil {
				client.Close()
				continue
			}
			r.running.Add(2)
			go r.pass(server, client, decode.FromClient)
			go r.pass(client, server, decode.FromServer)
		}
	}()
	return r
}

func (r *relay) pass(to, from net.Conn, d decode.Direction) {
	defer r.running.Done()
	defer to.(*net.TCPConn).CloseWrite()
	p := make([]byte, 4096)
	for {
		n, err := from.Read(p)
		r.mu.Lock()
		r.passed[d].Write(p[:n])
		r.mu.Unlock()
		if _, werr := io.Copy(to, bytes.NewReader(p[:n])); err != nil || werr != nil {
			return
		}
	}
}

// finish waits for the ends and returns what was passed, by direction.
func (r *relay) finish() [2][]byte {
	r.running.Wait()
	return [2][]byte{r.passed[0].Bytes(), r.passed[1].Bytes()}
}
