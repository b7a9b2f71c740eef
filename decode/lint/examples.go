package lint

import "github.com/rtmpscope/rtmpscope/decode/amf"

// Short names for the values of examples.
var (
	str  = amf.Str
	num  = amf.Num
	nul  = amf.Nul()
	obj  = amf.Obj
	prop = amf.Prop
)
