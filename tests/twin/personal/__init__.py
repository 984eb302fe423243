"""A writer's own text, in JavaScript beside Python."""
