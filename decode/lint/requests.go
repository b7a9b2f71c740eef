package lint

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode"
)

// maxRequests bounds the requests of one session that are remembered.
const maxRequests = 512

// request is a command that one side sent, and its answer.
type request struct {
	rowAt
	from     decode.Direction
	name     string
	txn      float64
	hasTxn   bool
	streamID uint32
	about    string // the stream's name, of commands that carry one
	deletes  uint32 // the message stream, of deleteStream
	answered rowAt
	code     string // of the answer
	refused  bool
}

// requests are the commands of a session in order.
type requests struct {
	list    []*request
	dropped bool // the oldest were forgotten
}

// find returns the newest request that match accepts, or nil.
func (q *requests) find(match func(*request) bool) *request {
	for _, r := range slices.Backward(q.list) {
		if match(r) {
			return r
		}
	}
	return nil
}

// named returns the newest request of that name.
func (q *requests) named(name string) *request {
	return q.find(func(r *request) bool { return r.name == name })
}

// add remembers a request.
func (q *requests) add(r *request) {
	if len(q.list) == maxRequests {
		q.list, q.dropped = slices.Delete(q.list, 0, 1), true
	}
	q.list = append(q.list, r)
}

// isAnswer reports whether a command of that name answers another.
func isAnswer(name string) bool {
	switch name {
	case "_result", "_error", "onStatus", "onFCPublish", "onFCSubscribe", "onFCUnpublish", "onFCUnsubscribe", "onPlayStatus":
		return true
	}
	return false
}
