package endpoint

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Sizes in an FLV file (Adobe FLV 10.1, annex E.2 to E.4).
const (
	fileHeader  = 9
	tagHeader   = 11
	backPointer = 4
)

var errNotFLV = errors.New("endpoint: not an FLV file")

// Source gives messages to publish, in order, with rising timestamps. Next
// returns io.EOF behind the last one. While it blocks, [Publish] cannot end.
type Source interface {
	Next() (Message, error)
}

// FLV reads the tags of an FLV file as messages. Create it with [NewFLV]. It is
// not safe for concurrent use.
type FLV struct{ r *bufio.Reader }

// NewFLV reads the header of an FLV file.
func NewFLV(r io.Reader) (*FLV, error) {
	f := &FLV{bufio.NewReader(r)}
	var head [fileHeader + backPointer]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil || string(head[:3]) != "FLV" {
		return nil, errNotFLV
	}
	return f, nil
}

// Next returns the next tag. A file that ends in the middle of a tag ends with
// io.ErrUnexpectedEOF.
func (f *FLV) Next() (Message, error) {
	head, err := f.r.Peek(tagHeader)
	if len(head) == 0 && err == io.EOF {
		return Message{}, io.EOF
	}
	if err != nil {
		return Message{}, short(err)
	}
	p := make([]byte, tagHeader+int(uint24(head[1:]))+backPointer)
	if _, err := io.ReadFull(f.r, p); err != nil {
		return Message{}, short(err)
	}
	m, _, _ := parseTag(p)
	return m, nil
}

func short(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("endpoint: FLV tag: %w", err)
}

// parseTag reads one FLV tag at the start of p, which holds at least its header.
// end is where its data ends; ok is false if that is behind the end of p.
func parseTag(p []byte) (m Message, end int, ok bool) {
	end = tagHeader + int(uint24(p[1:]))
	if end > len(p) {
		return m, end, false
	}
	m = Message{Type: p[0] & 0x1f, Timestamp: uint32(p[7])<<24 | uint24(p[4:]), Body: p[tagHeader:end]}
	return m, end, true
}

func uint24(p []byte) uint32 { return uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]) }
