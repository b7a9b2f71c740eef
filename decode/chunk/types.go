package chunk

// The message type IDs, RTMP 1.0 §5.4 and §7.1. Framing needs some of them, so they
// stand here; what the types mean is package message's business.
const (
	TypeSetChunkSize     = 1
	TypeAbort            = 2
	TypeAcknowledgement  = 3
	TypeUserControl      = 4
	TypeWindowAckSize    = 5
	TypeSetPeerBandwidth = 6
	TypeVirtualControl   = 7 // between edge and origin servers; opaque
	TypeAudio            = 8
	TypeVideo            = 9
	TypeDataAMF3         = 15
	TypeSharedObjectAMF3 = 16
	TypeCommandAMF3      = 17
	TypeDataAMF0         = 18
	TypeSharedObjectAMF0 = 19
	TypeCommandAMF0      = 20
	TypeAggregate        = 22
)

// IsControl reports whether a message of the type speaks about the connection itself:
// protocol control and user control (RTMP 1.0 §5.4, §6.2), which belong on
// [ControlStream] and message stream 0.
func IsControl(typ uint8) bool { return typ >= TypeSetChunkSize && typ <= TypeSetPeerBandwidth }

// IsMedia reports whether the type is audio or video.
func IsMedia(typ uint8) bool { return typ == TypeAudio || typ == TypeVideo }

// IsCommand reports whether the type is a command, in either AMF.
func IsCommand(typ uint8) bool { return typ == TypeCommandAMF0 || typ == TypeCommandAMF3 }

// IsData reports whether the type is a data message, in either AMF.
func IsData(typ uint8) bool { return typ == TypeDataAMF0 || typ == TypeDataAMF3 }
