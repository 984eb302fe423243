// A file as memory: mapped read-only, shared between processes, and safe when the file is cut while
// in use.
//
// Touching a page of a mapping that its file no longer has raises SIGBUS, which kills a process.
// Our handler, installed with the first mapping, puts pages of zeros there and marks the mapping as
// damaged; every other SIGBUS goes to the handler that was there before. So whoever computes with a
// mapping asks afterwards whether it is damaged, and throws the result away if it is. A handler
// that is installed later must call the one before it, as ours does.
//
// Where a file cannot be mapped (Windows, some file systems), it is read into memory instead.
#pragma once

#include <cstddef>

namespace karussell {

struct MappedRange;

class MappedFile {
 public:
  // The first `size` bytes of an open file, which may be closed afterwards. Throws
  // std::system_error if they cannot be had.
  MappedFile(int file, std::size_t size);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // On a page, or at least on a cache line.
  const unsigned char* data() const { return data_; }
  std::size_t size() const { return size_; }

  // Whether the file was seen to be cut or overwritten. Looks at the last byte: a cut at any place
  // takes it away, and leaves zero if it only shortened the last page; so a file whose last byte is
  // not zero cannot be cut unnoticed. And at the first bytes: so a file that begins with a digest
  // cannot be overwritten by another unnoticed.
  bool damaged() const;

 private:
  const unsigned char* data_ = nullptr;
  const std::size_t size_;
#ifndef _WIN32
  // Windows reads files into memory instead.
  MappedRange* range_ = nullptr;  // none if this file was, too
  static constexpr std::size_t kFirst = 128;
  unsigned char first_[kFirst] = {};
  unsigned char last_ = 0;
#endif
};

}  // namespace karussell
