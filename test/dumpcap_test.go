//go:build unix

package peers

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// TestPeersDumpcapSeesTheSameRows lets ffmpeg publish through the program while
// dumpcap captures both legs, and wants the rows of its file to be those that
// were recorded, on the leg to the client and on the one to the server.
func TestPeersDumpcapSeesTheSameRows(t *testing.T) {
	t.Parallel()
	s := nginx(t)
	p := proxy(t, "--plain", s.addr)
	wire := dumpcap(t, p.addr, s.addr)
	publish(t, p.addr, "both-legs").succeeds()
	p.await(&p.stdout, `(?s)Close.*Close|\(RST\)`) // a client that is gone may answer with a reset
	p.interrupt()
	ours := rowsIn(t, p.file)
	if len(ours) != 1 || len(ours[0].client) < 200 || len(ours[0].server) < 8 {
		t.Fatalf("recorded were %d sessions: %v", len(ours), ours)
	}
	theirs := wire.sessions(2)
	toClient, toServer := theirs[0], theirs[1]
	if toClient.to != p.addr || toServer.to != s.addr {
		t.Fatalf("dumpcap saw sessions to %s and %s", toClient.to, toServer.to)
	}
	sameRows(t, "from the client, to the proxy", ours[0].client, toClient.client)
	sameRows(t, "from the client, to the server", ours[0].client, toServer.client)
	sameRows(t, "from the server, to the proxy", ours[0].server, toServer.server)
	// What the server said after the client had gone may not have reached it.
	got := toClient.server
	if late := len(ours[0].server) - len(got); late > ours[0].late {
		t.Errorf("%d rows did not go to the client, and it had gone before %d", late, ours[0].late)
	}
	sameRows(t, "from the server, to the client", ours[0].server[:min(len(got), len(ours[0].server))], got)
}

func sameRows(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows %s: recorded (-), captured by dumpcap (+)\n%s", what, diff)
	}
}

// capturing is dumpcap at work.
type capturing struct {
	*process
	file string
}

// dumpcap captures the ports of two addresses on loopback from when it returns.
func dumpcap(t *testing.T, addrs ...string) *capturing {
	t.Helper()
	program := need.Program(t, "dumpcap")
	var filter []string
	for _, a := range addrs {
		_, port, err := net.SplitHostPort(a)
		if err != nil {
			t.Fatal(err)
		}
		filter = append(filter, "tcp port "+port)
	}
	c := &capturing{file: filepath.Join(t.TempDir(), "wire.pcapng")}
	c.process = start(t, program, "-q", "-B", "64", "-i", "lo", "-f", strings.Join(filter, " or "), "-w", c.file)
	need.Until(t, "dumpcap has written the head of its file", func() bool {
		select {
		case <-c.exited:
			need.Missing(t, "dumpcap may not capture here: %s", c.stderr.String())
		default:
		}
		info, err := os.Stat(c.file)
		return err == nil && info.Size() > 0
	})
	return c
}

// sessions waits until so many sessions are over, and ends the capture.
func (c *capturing) sessions(n int) (all []legRows) {
	c.t.Helper()
	need.Until(c.t, "dumpcap has captured the ends of all connections", func() bool {
		all = rowsIn(c.t, c.file)
		over := 0
		for _, s := range all {
			if s.ended {
				over++
			}
		}
		return over == n
	})
	c.signal(syscall.SIGINT)
	c.wait()
	if lost := c.stderr.String(); !strings.Contains(lost, "/0 ") {
		c.t.Logf("dumpcap says %s", lost)
	}
	return rowsIn(c.t, c.file)
}

// legRows are the rows of a session, by who sent the bytes, without what must
// differ: numbers of rows, times, and what ended the connection.
type legRows struct {
	to             string
	client, server []string
	late           int // of the server, after the client had ended
	ended          bool
}

func rowsIn(t *testing.T, file string) (all []legRows) {
	t.Helper()
	p := rtmpscope(t, "log", "--jsonl", "--show-secrets", file)
	p.wait() // a file that grows may end in mid block
	over := map[string]bool{}
	for line := range strings.Lines(p.stdout.String()) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if row["kind"] == "opened" {
			_, to, _ := strings.Cut(row["summary"].(string), " to ")
			all, over = append(all, legRows{to: strings.Fields(to)[0]}), map[string]bool{}
		}
		s := &all[int(row["session"].(float64))-1]
		from, _ := row["from"].(string) // a finding is from nobody
		switch row["kind"] {
		case "closed":
			over[from] = true
			s.ended = s.ended || len(over) == 2 || strings.Contains(row["summary"].(string), "RST")
		case "opened", "finding":
		default:
			s.add(t, from, row, over["client"])
		}
	}
	return all
}

// add takes a row of bytes.
func (s *legRows) add(t *testing.T, from string, row map[string]any, late bool) {
	t.Helper()
	for _, key := range []string{"row", "session", "time", "elapsed", "reply_to", "rtt"} {
		delete(row, key)
	}
	b, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if from == "client" {
		s.client = append(s.client, string(b))
		return
	}
	s.server = append(s.server, string(b))
	if late {
		s.late++
	}
}
