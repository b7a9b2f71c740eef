package decode

// The tokens of [Reason]: what others decide by. They stand in exports and never
// change; the words beside them may.
const (
	TokenEnd               = "end"         // Aborted: the connection ended
	TokenCaptureEnd        = "capture-end" // Aborted: the capture ended
	TokenAbort             = "abort"       // Aborted: by Abort Message
	TokenResynced          = "resynced"
	TokenNotRTMP           = "not-rtmp"   // Lost: Body is the first byte, which says so
	TokenEncrypted         = "encrypted"  // Lost: RTMPE
	TokenGap               = "gap"        // Lost, Aborted: bytes are missing
	TokenMidStream         = "mid-stream" // Lost: the capture begins late
	TokenFreshStream       = "fresh-stream"
	TokenUnknownTypes      = "unknown-types"
	TokenMidMessage        = "header-mid-message" // Aborted, Lost: a header where a message goes on
	TokenTooManyStreams    = "too-many-streams"
	TokenAssembly          = "assembly"
	TokenStaleHeader       = "stale-header"
	TokenFreshStreamFmt1   = "fresh-stream-fmt1"
	TokenChunkSizeZero     = "chunk-size-zero"
	TokenChunkSizeTopBit   = "chunk-size-top-bit"
	TokenChunkSizeShort    = "chunk-size-short"
	TokenChunkSizeInferred = "chunk-size-inferred"
	TokenAbortShort        = "abort-short"
	TokenExtendedRepeated  = "extended-timestamp-repeated" // Dialect: chunks of format 3 repeat the extended timestamp
	TokenExtendedOther     = "extended-timestamp-other"    // Dialect: the same, with another value
	TokenExtendedLeftOut   = "extended-timestamp-left-out" // Dialect: they leave it out
	TokenExtendedAbsolute  = "extended-timestamp-absolute"
	TokenFmt3Same          = "fmt3-same-timestamp"
	TokenFmt3Adds          = "fmt3-adds-timestamp"
	TokenHeaderRepeated    = "header-repeated"
	TokenStreamOrder       = "message-stream-order"
)
