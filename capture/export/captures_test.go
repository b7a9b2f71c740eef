package export

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

const captures = "../../testdata/captures"

func openCapture(t testing.TB, name string) source.Source {
	t.Helper()
	src, err := capture.File(filepath.Join(captures, name+".pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func eachCapture(t *testing.T, do func(t *testing.T, src source.Source, name string)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".pcapng")
		t.Run(name, func(t *testing.T) { do(t, openCapture(t, name), name) })
	}
}

// trueMessage is one message that an independent decoder found.
type trueMessage struct {
	session   uint32
	from      string // client, server
	typ       int
	timestamp uint32
	stream    uint32
	length    int
	sha1      string // first 12 digits
}

func trueMessages(t *testing.T, name string) (out []trueMessage) {
	t.Helper()
	f, err := os.Open(filepath.Join(captures, "truth", name+".messages.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) int {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	for sc := bufio.NewScanner(z); sc.Scan(); {
		if sc.Text() == "" || strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		c := strings.Split(sc.Text(), "\t")
		from := map[string]string{"c2s": "client", "s2c": "server"}[c[1]]
		out = append(out, trueMessage{uint32(number(c[0]) + 1), from, number(c[7]), uint32(number(c[8])), uint32(number(c[9])), number(c[10]), c[12]})
	}
	return out
}
