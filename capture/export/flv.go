package export

import (
	"bufio"
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

const (
	flvTagHeader = 11 // FLV 10.1 §E.4.1
	flvHasVideo  = 1
	flvHasAudio  = 4
)

// writeFLV writes the media and data messages of one message stream as an FLV
// file (Adobe FLV 10.1, annex E): bodies as they are, Enhanced RTMP included,
// timestamps absolute.
func writeFLV(j *job) error {
	s, err := j.chooseStream()
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(j.w, 64<<10)
	if _, err := w.Write(flvHeader(s)); err != nil {
		return err
	}
	clean := j.redactor(s.session)
	err = j.tags(s, func(t tag) error { return writeFLVTag(w, clean.tag(t)) })
	if err != nil {
		return err
	}
	return w.Flush()
}

// flvHeader is the file header and the first back pointer, FLV 10.1 §E.2.
func flvHeader(s *stream) []byte {
	has := byte(0)
	if s.audio > 0 {
		has |= flvHasAudio
	}
	if s.video > 0 {
		has |= flvHasVideo
	}
	return []byte{'F', 'L', 'V', 1, has, 0, 0, 0, 9, 0, 0, 0, 0}
}

// writeFLVTag writes a tag and its back pointer. The high byte of the timestamp
// stands behind the low three, FLV 10.1 §E.4.1.
func writeFLVTag(w *bufio.Writer, t tag) error {
	h := make([]byte, 0, flvTagHeader)
	h = binary.BigEndian.AppendUint32(h, uint32(t.typ)<<24|uint32(len(t.body)))
	h = binary.BigEndian.AppendUint32(h, t.timestamp<<8|t.timestamp>>24)
	h = append(h, 0, 0, 0) // stream ID
	w.Write(h)             //nolint:errcheck // sticky
	w.Write(t.body)        //nolint:errcheck // sticky
	_, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(flvTagHeader+len(t.body))))
	return err
}

// tag replaces credentials in the body of a tag, which it copies when it must.
func (r *redactor) tag(t tag) tag {
	if r == nil {
		return t
	}
	t.body = append([]byte(nil), t.body...)
	r.body(t.typ, t.body)
	return t
}

// isScript reports whether a message of that type holds AMF values.
func isScript(typ uint8) bool {
	switch typ {
	case chunk.TypeDataAMF0, chunk.TypeDataAMF3, chunk.TypeCommandAMF0, chunk.TypeCommandAMF3:
		return true
	}
	return false
}
