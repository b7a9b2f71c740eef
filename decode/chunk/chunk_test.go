package chunk

import (
	"bytes"
	"testing"
)

// Vectors by hand from RTMP 1.0 §5.3.1.1.
func TestBasicHeader(t *testing.T) {
	cases := []struct {
		bytes []byte
		want  Basic
	}{
		{[]byte{0x03}, Basic{0, 3, 1}},
		{[]byte{0xc2}, Basic{3, 2, 1}},
		{[]byte{0x7f}, Basic{1, 63, 1}},
		{[]byte{0x80, 0}, Basic{2, 64, 2}},
		{[]byte{0x00, 255}, Basic{0, 319, 2}},
		{[]byte{0x01, 0, 1}, Basic{0, 320, 3}},
		{[]byte{0xc1, 255, 255}, Basic{3, 65599, 3}},
	}
	for _, c := range cases {
		if got := ParseBasic(c.bytes); got != c.want {
			t.Errorf("%x: %+v, want %+v", c.bytes, got, c.want)
		}
		if got := AppendBasic(nil, c.want.Fmt, c.want.Stream); !bytes.Equal(got, c.bytes) {
			t.Errorf("%+v is written as %x", c.want, got)
		}
		if got := ParseBasic(c.bytes[:len(c.bytes)-1]); got.Size != 0 {
			t.Errorf("%x cut: %+v", c.bytes, got)
		}
	}
	// 64 in three bytes is the same chunk stream.
	if got := ParseBasic([]byte{0x01, 0, 0}); got.Stream != 64 || got.Size != 3 {
		t.Errorf("%+v", got)
	}
}

func TestMessageHeader(t *testing.T) {
	p := []byte{0, 3, 0xe8, 0, 1, 2, 9, 1, 0, 0, 0}
	if got := ParseMessage(0, p); got != (Message{Time: 1000, Length: 258, Type: 9, StreamID: 1}) {
		t.Errorf("%+v", got)
	}
	if got := ParseMessage(1, p); got != (Message{Time: 1000, Length: 258, Type: 9}) {
		t.Errorf("%+v", got)
	}
	if got := ParseMessage(2, p); got != (Message{Time: 1000}) {
		t.Errorf("%+v", got)
	}
	if got := AppendMessage(nil, 0, Message{Time: 1000, Length: 258, Type: 9, StreamID: 1}); !bytes.Equal(got, p) {
		t.Errorf("%x", got)
	}
	if MessageSize(0) != 11 || MessageSize(1) != 7 || MessageSize(2) != 3 || MessageSize(3) != 0 {
		t.Error("header sizes")
	}
}

func TestWriter(t *testing.T) {
	var w Writer
	w.SetSize(4)
	got := w.Append(nil, Out{ChunkStream: 4, Timestamp: 1000, Type: 8, StreamID: 1, Body: []byte("abcdef")})
	want := []byte("\x04\x00\x03\xe8\x00\x00\x06\x08\x01\x00\x00\x00abcd\xc4ef")
	got = w.Append(got, Out{ChunkStream: 4, Timestamp: 1020, Type: 8, StreamID: 1, Body: []byte("ghi")})
	want = append(want, "\x44\x00\x00\x14\x00\x00\x03\x08ghi"...)
	got = w.Append(got, Out{ChunkStream: 4, Timestamp: 1041, Type: 8, StreamID: 1, Body: []byte("jkl")})
	want = append(want, "\x84\x00\x00\x15jkl"...)
	// Backwards in time: only a full header can say so.
	got = w.Append(got, Out{ChunkStream: 4, Timestamp: 5, Type: 8, StreamID: 1, Body: []byte("m")})
	want = append(want, "\x04\x00\x00\x05\x00\x00\x01\x08\x01\x00\x00\x00m"...)
	// A delta that needs 32 bits, repeated on the continuation.
	got = w.Append(got, Out{ChunkStream: 4, Timestamp: 5 + 0x01000000, Type: 8, StreamID: 1, Body: []byte("nopqr")})
	want = append(want, "\x44\xff\xff\xff\x00\x00\x05\x08\x01\x00\x00\x00nopq\xc4\x01\x00\x00\x00r"...)
	if !bytes.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
}
