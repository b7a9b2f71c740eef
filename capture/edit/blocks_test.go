package edit

import (
	"encoding/binary"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
)

const byteOrderMagic = 0x1A2B3C4D

// block writes a pcapng block by hand, with any length it is told to claim.
func block(kind uint32, body []byte, claim uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, kind)
	b = binary.LittleEndian.AppendUint32(b, claim)
	b = append(b, body...)
	return binary.LittleEndian.AppendUint32(b, claim)
}

func honest(kind uint32, body []byte) []byte { return block(kind, body, uint32(len(body))+12) }

// words is a body of 32-bit little-endian words.
func words(w ...uint32) (b []byte) {
	for _, v := range w {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

var (
	sectionBlock   = honest(pcapng.KindSection, words(byteOrderMagic, 1, 0xffffffff, 0xffffffff))
	interfaceBlock = honest(pcapng.KindInterface, words(101, 0))
	prelude        = append(append([]byte(nil), sectionBlock...), interfaceBlock...)
)
