package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode"
)

// decoded runs the decoders of both directions over a vector, each part cut into
// writes of n bytes, and writes the events as a vector does.
func decoded(v *vector, n int) (out []string) {
	for _, dir := range []decode.Direction{decode.FromClient, decode.FromServer} {
		d := decode.New(dir, decode.DefaultLimits())
		drain := func() {
			for e := d.Next(); e != nil; e = d.Next() {
				switch e.Kind {
				case decode.Handshake, decode.Chunk, decode.Gap:
				case decode.Message:
					out = append(out, fmt.Sprintf("%v %d %d %d %d %d %d", dir, e.ChunkStream, e.Type, e.Timestamp, e.StreamID, e.Length, e.Chunks))
				default:
					out = append(out, fmt.Sprintf("%v %v %s", dir, e.Kind, e.Reason.Token))
				}
			}
		}
		for _, p := range v.parts {
			if p.fromServer != (dir == decode.FromServer) {
				continue
			}
			if p.gap > 0 {
				d.Gap(p.gap)
				drain()
			}
			for data := p.data; len(data) > 0; data = data[min(n, len(data)):] {
				d.Write(data[:min(n, len(data))])
				drain()
			}
		}
		d.Finish()
		drain()
	}
	return out
}

// TestVectors compares what the decoder says of each vector with what was worked
// out by hand.
func TestVectors(t *testing.T) {
	all, err := readVectors()
	if err != nil || len(all) < 14 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	for _, v := range all {
		t.Run(v.name, func(t *testing.T) {
			for _, n := range []int{1 << 20, 1460, 1} {
				if diff := cmp.Diff(v.want, decoded(v, n)); diff != "" {
					t.Fatalf("in pieces of %d: %s", n, diff)
				}
			}
		})
	}
}

func TestVectorSyntax(t *testing.T) {
	var v vector
	if err := v.parse("# T\nport 7\nclient\n0a \"bc\" 2*0d 2x( 01 3*02 ) ; note\n\nserver\nff\nask a == b => 3\n= client lost gap\n"); err != nil {
		t.Fatal(err)
	}
	want := vector{title: "T", port: 7, ask: "a == b", asked: 3, want: []string{"client lost gap"}, parts: []part{
		{data: []byte("\x0abc\x0d\x0d\x01\x02\x02\x02\x01\x02\x02\x02")}, {fromServer: true, data: []byte{0xff}}}}
	if diff := cmp.Diff(want, v, cmp.AllowUnexported(vector{}, part{})); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"0", "zz", "x*00", "2x( 00"} {
		if _, err := bytesOf(strings.Fields(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
