package analyst

import (
	"bufio"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/lint"
)

// maxPast is how many bytes a session may cost that is long past: 100,000 of them are
// 60 MB.
const maxPast = 600

// TestInvariantPastSessionsAreSmall: what is kept of a session that is long past, in
// all that follows a capture together, stays below a bound, however it ended.
func TestInvariantPastSessionsAreSmall(t *testing.T) {
	few, many := kept(t, 10_500, (*visits).any), kept(t, 13_500, (*visits).any)
	if each := (many - few) / 3000; each > maxPast {
		t.Errorf("%d bytes a session", each)
	}
}

// kept is how much of the heap is in use when n sessions have come and gone.
func kept(t *testing.T, n int, visit func(*visits)) int64 {
	path := filepath.Join(t.TempDir(), "past.pcapng")
	write(t, path, n, visit)
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	before := heap()
	a := New(src, Options{Judge: lint.New(lint.Config{}), Measure: true})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := a.Snapshot().SessionCount(); got != n {
		t.Fatalf("%d sessions", got)
	}
	a.rows, a.texts = fold.RowFile{}, fold.TextFile{} // what is old of these is in files
	after := heap()
	runtime.KeepAlive(a)
	return after - before
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// visits writes a capture of clients that come and go.
type visits struct {
	*record.Recorder
	id     uint64
	at     time.Time
	failed error
}

func write(t *testing.T, path string, n int, visit func(*visits)) {
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	v := &visits{at: time.Unix(1_800_000_000, 0)}
	if v.Recorder, err = record.New(w, record.Options{}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		v.id, v.at = uint64(i+1), v.at.Add(time.Second)
		ends := netip.MustParseAddrPort("192.0.2.1:1935")
		v.must(v.Open(v.id, v.at, v.at, netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), uint16(1024+i%60_000)), ends))
		visit(v)
		v.must(v.Fin(v.id, false, v.at, ""))
		v.must(v.Fin(v.id, true, v.at, ""))
	}
	v.must(v.Close())
	v.must(w.Flush())
	v.must(f.Close())
	if v.failed != nil {
		t.Fatal(v.failed)
	}
}

func (v *visits) must(err error) {
	if v.failed == nil {
		v.failed = err
	}
}

// any says nothing, or noise, or is refused, in turn.
func (v *visits) any() {
	switch v.id % 3 {
	case 1:
		v.noise()
	case 2:
		v.refused()
	}
}

func (v *visits) noise() { v.must(v.Data(v.id, false, v.at, []byte("GET / HTTP/1.1\r\n\r\n"))) }

// refused is a client whose connect is refused.
func (v *visits) refused() {
	say := func(fromServer bool, values ...amf.Value) {
		var body []byte
		for _, x := range values {
			body = amf.Append0(body, x)
		}
		var w chunk.Writer
		p := append([]byte{3}, make([]byte, 2*1536)...)
		v.must(v.Data(v.id, fromServer, v.at, w.Append(p, chunk.Out{ChunkStream: 3, Type: 20, Body: body})))
	}
	member := func(name, value string) amf.Member { return amf.Member{Name: name, Value: amf.Str(value)} }
	say(false, amf.Str("connect"), amf.Num(1), amf.Obj(member("app", "live"), member("tcUrl", "rtmp://192.0.2.1/live")))
	say(true, amf.Str("_error"), amf.Num(1), amf.Value{Kind: amf.Null},
		amf.Obj(member("level", "error"), member("code", "NetConnection.Connect.Rejected"), member("description", "no")))
}
