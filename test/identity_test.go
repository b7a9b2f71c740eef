//go:build unix

package peers

import "testing"

// chain is client ⇄ outer ⇄ rtmpscope ⇄ inner ⇄ server.
type chain struct {
	outer, inner *wiretap
	scope        *scope
}

func newChain(t *testing.T, s *server) *chain {
	t.Helper()
	inner := tapWire(t, s.addr)
	p := proxy(t, "--plain", inner.addr)
	return &chain{outer: tapWire(t, p.addr), inner: inner, scope: p}
}

// TestPeersRelayIdentity compares the bytes on both sides of the program while
// real programs talk through it.
func TestPeersRelayIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		server func(*testing.T) *server
		talk   func(t *testing.T, s *server, addr string)
		plays  bool
	}{
		{"ffmpeg publishes to nginx", nginx, publishes, false},
		{"ffmpeg publishes to Node-Media-Server", nodeMediaServer, publishes, false},
		{"GStreamer publishes to nginx", nginx, gstPublishes, false},
		{"ffmpeg plays from nginx", nginx, plays, true},
		{"ffmpeg plays from Node-Media-Server", nodeMediaServer, plays, true},
		{"rtmpdump plays from nginx", nginx, dumps, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.server(t)
			line := newChain(t, s)
			c.talk(t, s, line.outer.addr)
			outer, inner := line.outer.finished(1), line.inner.finished(1)
			if len(outer) != 1 || len(inner) != 1 {
				t.Fatalf("%d connections from clients, %d to the server, want 1 of each", len(outer), len(inner))
			}
			compareLegs(t, outer[0], inner[0], c.plays)
			line.scope.interrupt()
		})
	}
}

func publishes(t *testing.T, _ *server, addr string) { publish(t, addr, "through").succeeds() }

func gstPublishes(t *testing.T, _ *server, addr string) { gstPublish(t, addr, "through").succeeds() }

func plays(t *testing.T, s *server, addr string) {
	keepPublishing(t, s, "direct")
	play(t, addr, "direct").succeeds()
}

func dumps(t *testing.T, s *server, addr string) {
	keepPublishing(t, s, "direct")
	dump(t, addr, "direct")
}

// compareLegs wants the same bytes on both sides of the program, and enough of
// them in the direction of the media that the comparison means something.
func compareLegs(t *testing.T, outer, inner *leg, plays bool) {
	t.Helper()
	if outer.fromClient != inner.fromClient {
		t.Errorf("the client sent %v, the server got %v", outer.fromClient, inner.fromClient)
	}
	if inner.fromServer != outer.fromServer {
		t.Errorf("the server sent %v, the client got %v", inner.fromServer, outer.fromServer)
	}
	media, control := outer.fromClient.bytes, outer.fromServer.bytes
	if plays {
		media, control = control, media
	}
	// C0, C1 and C2, or their answers, are 3073 bytes (RTMP 1.0 §5.2).
	if media < 20_000 || control < 3073 {
		t.Errorf("%d bytes with the media and %d against it are no session", media, control)
	}
}
