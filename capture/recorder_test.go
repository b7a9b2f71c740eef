package capture

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 14, 15, 9, 26, 535897932, time.UTC)

func ap(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// call is one call of a Recorder.
type call struct {
	kind       Kind
	id         uint64
	fromServer bool
	at         time.Time
	data       []byte
	n          int64
	reason     string
	client     netip.AddrPort
	server     netip.AddrPort
	refused    bool
}

func (c call) do(r *Recorder) error {
	switch c.kind {
	case Opened:
		connected := c.at.Add(time.Millisecond)
		if c.refused {
			connected = time.Time{}
		}
		return r.Open(c.id, c.at, connected, c.client, c.server)
	case Data:
		return r.Data(c.id, c.fromServer, c.at, c.data)
	case Gap:
		return r.Gap(c.id, c.fromServer, c.at, c.n)
	case Fin:
		return r.Fin(c.id, c.fromServer, c.at, c.reason)
	}
	return r.Reset(c.id, c.fromServer, c.at, c.reason)
}

var addresses = [][2]string{
	{"192.0.2.7:%d", "198.51.100.1:1935"},
	{"[2001:db8::7]:%d", "[2001:db8::1]:1935"},
	{"192.0.2.7:%d", "[2001:db8::1]:19350"},
	{"[2001:db8::7]:%d", "198.51.100.1:443"},
	{"[::ffff:192.0.2.9]:%d", "198.51.100.1:1936"},
}

// script makes up a session of several connections.
func script(rng *rand.Rand, conns, steps int) []call {
	var calls []call
	at := start
	for id := range conns {
		a := addresses[id%len(addresses)]
		calls = append(calls, call{kind: Opened, id: uint64(id), at: at,
			client: ap(fmt.Sprintf(a[0], 40000+id)), server: ap(a[1]), refused: id%7 == 6})
		if id%7 == 6 {
			calls = append(calls, call{kind: Reset, id: uint64(id), fromServer: true, at: at.Add(time.Second), reason: "upstream refused the connection"})
		}
	}
	for range steps {
		at = at.Add(time.Duration(rng.IntN(1e7)))
		c := call{kind: Data, id: uint64(rng.IntN(conns)), fromServer: rng.IntN(3) == 0, at: at}
		if c.id%7 == 6 {
			continue
		}
		if rng.IntN(12) == 0 {
			c.kind, c.n = Gap, 1+rng.Int64N(5<<30)
		} else {
			c.data = randomBytes(rng, 1+rng.IntN(200_000)>>rng.IntN(12))
		}
		calls = append(calls, c)
	}
	return append(calls, endings(conns, at)...)
}

func endings(conns int, at time.Time) (calls []call) {
	for id := range conns {
		if id%7 == 6 {
			continue
		}
		calls = append(calls, call{kind: Fin, id: uint64(id), at: at.Add(time.Second), reason: "the client closed"})
		last := call{kind: Fin, id: uint64(id), fromServer: true, at: at.Add(2 * time.Second)}
		if id%2 == 1 {
			last.kind, last.reason = Reset, "the server reset the connection"
		}
		calls = append(calls, last)
	}
	return calls
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// story is what a connection amounts to, however its bytes were cut up.
type story struct {
	client, server netip.AddrPort
	text           [2]strings.Builder
	data           [2][]byte
	off            [2]int64
	last           time.Time
}

func (s *story) flushData(i int) {
	if len(s.data[i]) > 0 {
		fmt.Fprintf(&s.text[i], "data %x\n", s.data[i])
		s.data[i] = nil
	}
}

func (s *story) add(kind Kind, fromServer bool, data string, n int64, reason string) {
	i := index(fromServer)
	switch kind {
	case Data:
		s.data[i] = append(s.data[i], data...)
	case Gap:
		s.flushData(i)
		for left := n; left > 0; left -= 1 << 30 {
			fmt.Fprintf(&s.text[i], "gap %d\n", min(left, 1<<30))
		}
	case Fin, Reset:
		s.flushData(i)
		fmt.Fprintf(&s.text[i], "%s %s\n", kind, reason)
	}
	s.off[i] += n
}

func storiesOfCalls(calls []call) map[uint32]*story {
	stories := map[uint32]*story{}
	for _, c := range calls {
		n := uint32(c.id) + 1
		if c.kind == Opened {
			stories[n] = &story{client: netip.AddrPortFrom(c.client.Addr().Unmap(), c.client.Port()), server: c.server}
			continue
		}
		stories[n].add(c.kind, c.fromServer, string(c.data), int64(len(c.data))+c.n, c.reason)
	}
	return stories
}

func storiesOfRecords(t *testing.T, all []kept) map[uint32]*story {
	t.Helper()
	stories := map[uint32]*story{}
	for _, r := range all {
		if r.Kind == Opened {
			stories[r.Conn] = &story{client: r.Client, server: r.Server}
		}
		s := stories[r.Conn]
		if r.Client != s.client || r.Server != s.server {
			t.Fatalf("connection %d changed its ends: %+v", r.Conn, r.Record)
		}
		if r.Offset != s.off[index(r.FromServer)] || r.Kind == Data && r.Length != int64(len(r.data)) {
			t.Fatalf("offset %d, want %d: %+v", r.Offset, s.off[index(r.FromServer)], r.Record)
		}
		if r.Time.Before(s.last) {
			t.Fatalf("time goes back: %+v", r.Record)
		}
		s.last = r.Time
		s.add(r.Kind, r.FromServer, r.data, r.Length, r.Reason)
	}
	return stories
}

func compare(t *testing.T, got, want map[uint32]*story) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d connections, want %d", len(got), len(want))
	}
	for n, w := range want {
		g := got[n]
		if g.client != w.client || g.server != w.server {
			t.Errorf("%d: %s to %s, want %s to %s", n, g.client, g.server, w.client, w.server)
		}
		for i := range 2 {
			g.flushData(i)
			w.flushData(i)
			if g.text[i].String() != w.text[i].String() {
				t.Errorf("connection %d direction %d differs: %d and %d characters", n, i, g.text[i].Len(), w.text[i].Len())
			}
		}
	}
}

// recording runs calls against a Recorder in memory.
func recording(t testing.TB, calls []call) *Memory {
	t.Helper()
	m := NewMemory()
	r, err := NewRecorder(m, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calls {
		if err := c.do(r); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func readMemory(t testing.TB, src Source) []kept {
	t.Helper()
	r, err := NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	all, err := readAll(t, r)
	if err != io.EOF {
		t.Fatal(err)
	}
	return all
}

func TestWhatWasRecordedIsRead(t *testing.T) {
	for seed := range uint64(6) {
		calls := script(rand.New(rand.NewPCG(seed, 1)), 9, 120)
		got := storiesOfRecords(t, readMemory(t, recording(t, calls)))
		compare(t, got, storiesOfCalls(calls))
	}
}

func TestOffsetsPassFourGiB(t *testing.T) {
	calls := []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: start, data: []byte("C0C1")},
		{kind: Gap, at: start, n: 10<<30 + 5},
		{kind: Data, at: start, data: []byte("after")},
	}
	all := readMemory(t, recording(t, calls))
	last := all[len(all)-1]
	if last.data != "after" || last.Offset != 4+10<<30+5 {
		t.Errorf("last record %+v", last)
	}
	var gaps int64
	for _, r := range all {
		if r.Kind == Gap {
			gaps += r.Length
			if want := fmt.Sprintf("%d bytes from the client were relayed but not recorded", r.Length); r.Reason != want {
				t.Errorf("reason %q, want %q", r.Reason, want)
			}
		}
	}
	if gaps != 10<<30+5 {
		t.Errorf("gaps of %d bytes", gaps)
	}
}

func TestLiveIsFinished(t *testing.T) {
	calls := script(rand.New(rand.NewPCG(7, 7)), 5, 300)
	path := filepath.Join(t.TempDir(), "live.pcapng")
	rec, err := Create(path, Options{Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	var live []kept
	var wg sync.WaitGroup
	wg.Go(func() { live = readMemory(t, rec.Source()) })
	for i, c := range calls {
		if err := c.do(rec); err != nil {
			t.Error(err)
		}
		if i%3 == 0 {
			rec.Flush()
			runtime.Gosched()
		}
	}
	if err := rec.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	finished := readFile(t, path)
	if len(live) != len(finished) {
		t.Fatalf("%d records live, %d finished", len(live), len(finished))
	}
	for i := range live {
		if fmt.Sprint(live[i]) != fmt.Sprint(finished[i]) {
			t.Fatalf("record %d: live %+v, finished %+v", i, live[i].Record, finished[i].Record)
		}
	}
	compare(t, storiesOfRecords(t, finished), storiesOfCalls(calls))
}

func TestClosingTheSourceEndsFollowing(t *testing.T) {
	m := NewMemory()
	rec, err := NewRecorder(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(rec.Source())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := r.Next()
		done <- err
	}()
	m.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("Next returned %v", err)
	}
}

func TestATornFileGivesItsWholeRecords(t *testing.T) {
	calls := []call{
		{kind: Opened, at: start, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: start, data: []byte("hello")},
		{kind: Data, at: start, fromServer: true, data: []byte("hi")},
		{kind: Gap, at: start, n: 77},
		{kind: Fin, at: start, reason: "bye"},
	}
	whole := recording(t, calls).Bytes()
	all := readMemory(t, memory(whole))
	for cut := 1; cut < len(whole); cut++ {
		r, err := NewReader(memory(whole[:cut]))
		var got []kept
		if err == nil {
			got, err = readAll(t, r)
		}
		var torn *TornError
		if err != io.EOF && !errors.As(err, &torn) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if torn != nil && (torn.Pos > int64(cut) || torn.Have != int64(cut)-torn.Pos) {
			t.Fatalf("cut at %d: %+v", cut, torn)
		}
		checkPrefix(t, cut, got, all)
	}
}

// checkPrefix wants exactly the records whose blocks are whole.
func checkPrefix(t *testing.T, cut int, got, all []kept) {
	t.Helper()
	for i, r := range got {
		if fmt.Sprint(r) != fmt.Sprint(all[i]) {
			t.Fatalf("cut at %d: record %d is %+v", cut, i, r.Record)
		}
	}
	if n := len(got); n+1 < len(all) && all[n+1].Pos <= int64(cut) {
		t.Fatalf("cut at %d: only %d records, though the next block begins at %d", cut, n, all[n+1].Pos)
	}
}

func TestMarksInARecording(t *testing.T) {
	m := recording(t, script(rand.New(rand.NewPCG(3, 3)), 8, 60))
	records := len(readMemory(t, m))
	if usable := checkMarks(t, m, 1); usable != records {
		t.Errorf("%d of %d places can be marked", usable, records)
	}
}

func TestCreateRefusesWhatExists(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.pcapng")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, p := range []string{path, link} {
		_, err := Create(p, Options{})
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("%s: %v", p, err)
		}
	}
	if b, _ := os.ReadFile(path); string(b) != "precious" {
		t.Error("the existing file was changed")
	}
}

func TestCreatedFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	rec, err := Create(path, Options{Version: "9.9"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Error(info.Mode(), err)
	}
	b, _ := os.ReadFile(path)
	for _, want := range []string{"Written by rtmpscope 9.9", "credentials in clear", "stream keys"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the section header does not say %q", want)
		}
	}
	if rec.Data(1, false, start, nil) == nil {
		t.Error("a closed recorder accepts data")
	}
}

var errDisk = errors.New("no space left on device")

// fullDisk takes n bytes.
type fullDisk struct{ n int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.n {
		return 0, errDisk
	}
	d.n -= len(p)
	return len(p), nil
}

func TestAFailedRecorderStaysFailed(t *testing.T) {
	disk := &fullDisk{n: 2000}
	rec, err := NewRecorder(disk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Open(1, start, start, ap("192.0.2.1:5000"), ap("192.0.2.2:1935")); err != nil {
		t.Fatal(err)
	}
	rec.Data(1, false, start, make([]byte, 1<<20))
	first := rec.Flush()
	if !errors.Is(first, errDisk) || !strings.Contains(first.Error(), "recording stopped after") {
		t.Fatal(first)
	}
	disk.n = 1 << 30
	for _, err := range []error{rec.Data(1, false, start, []byte("x")), rec.Gap(1, true, start, 5), rec.Fin(1, true, start, ""), rec.Close(), rec.Err()} {
		if err != first {
			t.Errorf("%v, want %v", err, first)
		}
	}
	if disk.n != 1<<30 {
		t.Error("a failed recorder wrote")
	}
}

func TestTimesFollowTheMonotonicClock(t *testing.T) {
	now := time.Now()
	calls := []call{
		{kind: Opened, at: now, client: ap("192.0.2.1:5000"), server: ap("192.0.2.2:1935")},
		{kind: Data, at: now.Add(3 * time.Second), data: []byte("a")},
		{kind: Data, at: now.Add(2 * time.Second), data: []byte("b"), fromServer: true},
		{kind: Data, at: now.Add(5 * time.Second), data: []byte("c")},
	}
	all := readMemory(t, recording(t, calls))
	var got []time.Duration
	for _, r := range all {
		got = append(got, r.Time.Sub(now.Round(0)))
	}
	if want := "[0s 3s 3s 5s]"; fmt.Sprint(got) != want {
		t.Errorf("times %v, want %s", got, want)
	}
}

func TestCollidingConnectionsGetAnotherPort(t *testing.T) {
	client, server := ap("192.0.2.1:5000"), ap("192.0.2.2:1935")
	all := readMemory(t, recording(t, []call{
		{kind: Opened, id: 1, at: start, client: client, server: server},
		{kind: Opened, id: 2, at: start, client: client, server: server},
		{kind: Data, id: 1, at: start, data: []byte("one")},
		{kind: Data, id: 2, at: start, data: []byte("two")},
		{kind: Fin, id: 1, at: start}, {kind: Fin, id: 1, at: start, fromServer: true},
		{kind: Opened, id: 3, at: start, client: client, server: server},
		{kind: Data, id: 3, at: start, data: []byte("three")},
	}))
	var got []string
	for _, r := range all {
		if r.Kind == Opened || r.Kind == Data {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d %d %s", r.Conn, r.Client.Port(), r.data)))
		}
	}
	want := "[1 5000 2 5001 1 5000 one 2 5001 two 3 5000 3 5000 three]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if !strings.Contains(all[1].Reason, "the client's real port is 5000") {
		t.Errorf("the collision is not told: %q", all[1].Reason)
	}
}
