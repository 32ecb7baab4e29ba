//! Fakes that listen on real sockets.
