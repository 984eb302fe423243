"""What may have been meant, in JavaScript beside Python."""
