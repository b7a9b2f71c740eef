package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"

	"github.com/klauspost/compress/zstd"
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd} // RFC 8878 §3.1.1
)

// MagicSize is how many bytes tell that a file is compressed.
const MagicSize = 4

// IsCompressed says that a file begins as one that is compressed.
func IsCompressed(head []byte) bool {
	return bytes.HasPrefix(head, gzipMagic) || bytes.HasPrefix(head, zstdMagic)
}

// unpacker decompresses a stream when its first bytes say that it is
// compressed. It finds out with the first read, which may wait.
type unpacker struct {
	from io.Reader
	to   io.Reader
	free func()
}

// Unpack returns a reader of what r unpacks to, which is r itself when it is not
// compressed with gzip or zstd. [Spool] frees what it needs.
func Unpack(r io.Reader) io.Reader { return &unpacker{from: r} }

// Read implements io.Reader.
func (u *unpacker) Read(p []byte) (int, error) {
	if u.to == nil {
		if err := u.begin(); err != nil {
			return 0, err
		}
	}
	return u.to.Read(p)
}

func (u *unpacker) begin() error {
	const maxWindow = 128 << 20 // what zstd --ultra --long=27 needs
	buffered := bufio.NewReaderSize(u.from, 64<<10)
	// Fewer bytes than that are a short stream, which is no error here.
	head, _ := buffered.Peek(len(zstdMagic))
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return err
		}
		u.to = z
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(2*maxWindow))
		if err != nil {
			return err
		}
		u.to, u.free = z, z.Close
	default:
		u.to = buffered
	}
	return nil
}

// close frees what unpacking needed.
func (u *unpacker) close() {
	if u.free != nil {
		u.free()
	}
}
