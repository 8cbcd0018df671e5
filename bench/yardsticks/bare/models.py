from django.db import models


class Row(models.Model):
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    signed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
